package io.isthmus.cli.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A built tree: where each process's jar is, and how its JVM is started. */
public final class Installation {
  private static final List<String> SMALL_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path root;
  private final Map<String, List<String>> commands;

  public Installation(Path root) {
    this(root.toAbsolutePath().normalize(), Map.of());
  }

  private Installation(Path root, Map<String, List<String>> commands) {
    this.root = root;
    this.commands = Map.copyOf(commands);
  }

  /**
   * The same tree, from which the processes of some modules are started otherwise.
   *
   * @param commands by module: a command line up to the jar's own arguments
   */
  public Installation starting(Map<String, List<String>> commands) {
    return new Installation(root, commands);
  }

  /** The tree that this class was loaded from, or that {@code -Disthmus.root} names. */
  public static Installation current() {
    String named = System.getProperty("isthmus.root");
    if (named != null) {
      return new Installation(Path.of(named));
    }
    Path own =
        Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    return new Installation(own.resolve("../../..")); // <root>/cli/target/isthmus-cli.jar
  }

  public Path root() {
    return root;
  }

  /** A command line up to the jar's own arguments. */
  public List<String> java(String module, String heap) {
    if (commands.containsKey(module)) {
      return List.copyOf(commands.get(module));
    }
    List<String> command = jvm(heap);
    command.add("-jar");
    command.add(jar(module).toString());
    return command;
  }

  /** As {@link #java}, with the JVM options that the data plane ships with. */
  public List<String> dataPlane(String module) {
    if (commands.containsKey(module)) {
      return List.copyOf(commands.get(module));
    }
    Path options = root.resolve(module).resolve("target/isthmus-" + module + ".options");
    return new ArrayList<>(List.of(java(), "@" + built(options), "-jar", jar(module).toString()));
  }

  /** A command line for another main class of this module's jar. */
  List<String> ownMain(Class<?> main, String heap) {
    List<String> command = jvm(heap);
    command.add("-cp");
    command.add(jar("cli").toString());
    command.add(main.getName());
    return command;
  }

  public Path jar(String module) {
    return built(root.resolve(module).resolve("target/isthmus-" + module + ".jar"));
  }

  private static Path built(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ClusterException(
          "%s is missing: build it with ./mvnw -DskipTests package".formatted(file));
    }
    return file;
  }

  private static List<String> jvm(String heap) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(SMALL_JVM);
    command.add("-Xmx" + heap);
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}

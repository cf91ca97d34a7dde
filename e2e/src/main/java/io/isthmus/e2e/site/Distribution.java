package io.isthmus.e2e.site;

import io.isthmus.cli.process.ProcessFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The built processes, started as a user would: {@code java -jar}, each with its own class path.
 */
public record Distribution(Path root) {

  /** The command of a process of {@code module}; the data plane runs with its own JVM options. */
  public List<String> command(String module, List<String> settings) {
    Path jar = root.resolve(module).resolve("target/isthmus-" + module + ".jar");
    if (!Files.isReadable(jar)) {
      throw new ProcessFailure("%s is not built: run ./mvnw package".formatted(jar));
    }
    List<String> command = new ArrayList<>(List.of(java()));
    if (module.equals("proxy") || module.equals("eastwest-gateway")) {
      command.add("@" + jar.toString().replace(".jar", ".options"));
    } else {
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1"));
    }
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(settings);
    return command;
  }

  /** A main class of the end-to-end module itself, such as the server that callers reach. */
  public List<String> own(String mainClass, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                root.resolve("e2e/target/isthmus-e2e.jar").toString(),
                mainClass));
    command.addAll(arguments);
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}

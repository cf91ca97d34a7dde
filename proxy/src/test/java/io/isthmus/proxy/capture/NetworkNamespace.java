package io.isthmus.proxy.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A network namespace of this test run alone: its name carries the ID of this process. */
record NetworkNamespace(String name) implements AutoCloseable {
  private static final long LIMIT_SECONDS = 20;
  private static final List<String> PROGRAMS =
      List.of("ip", "nft", "nsenter", "setpriv", "curl", "bash", "timeout");

  /** What a command left behind; its two outputs together. */
  record Ended(int exit, String output) {}

  /** Why namespaces cannot be made here; empty when they can. */
  static Optional<String> unavailable() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of(
          "network namespaces need root, and the tests run as " + System.getProperty("user.name"));
    }
    return PROGRAMS.stream()
        .filter(program -> !isInstalled(program))
        .findFirst()
        .map(program -> program + " is not installed (packages iproute2, nftables, curl)");
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  static NetworkNamespace create(String role) throws IOException {
    NetworkNamespace made =
        new NetworkNamespace(
            "isthmus-capture-%d-%s".formatted(ProcessHandle.current().pid(), role));
    succeed(List.of("ip", "netns", "add", made.name()));
    made.run("ip", "link", "set", "lo", "up");
    return made;
  }

  /** Runs a command in here that must succeed. */
  void run(String... command) throws IOException {
    succeed(line(List.of(command)));
  }

  /** Runs a command in here that may fail. */
  Ended attempt(String... command) throws IOException {
    return end(line(List.of(command)));
  }

  /** A program in here; its output goes to {@code log}. */
  Process start(Path log, List<String> command) throws IOException {
    return new ProcessBuilder(line(command))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private List<String> line(List<String> command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
    line.addAll(command);
    return line;
  }

  private static void succeed(List<String> line) throws IOException {
    Ended ended = end(line);
    if (ended.exit() != 0) {
      throw new IOException("%s exited %d: %s".formatted(line, ended.exit(), ended.output()));
    }
  }

  private static Ended end(List<String> line) throws IOException {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process
        .onExit()
        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
        .exceptionally(late -> {
          process.destroyForcibly(); // ends the reading below
          return process;
        });
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.onExit().join().exitValue(), output);
  }

  @Override
  public void close() throws IOException {
    succeed(List.of("ip", "netns", "del", name));
  }
}

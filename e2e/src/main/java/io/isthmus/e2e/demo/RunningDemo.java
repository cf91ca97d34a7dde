package io.isthmus.e2e.demo;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.e2e.site.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A demo that was started as from a terminal: the leader of a process group of its own. */
final class RunningDemo implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofMinutes(3);

  private final Namespace namespace;
  private final Path temporary;
  private final ChildProcess process;

  /** {@code scratch} is where its log and its temporary files go. */
  RunningDemo(Path root, Path scratch, List<String> options) {
    this.namespace = Namespace.create(scratch.getFileName().toString());
    this.temporary = scratch.resolve("tmp");
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid",
                "env",
                "--default-signal=INT", // a background job of a script ignores it, and so would we
                "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary,
                root.resolve("isthmus").toString(),
                "demo",
                "--api",
                "real"));
    command.addAll(options);
    this.process = ChildProcess.start("demo", scratch, namespace.line(command));
  }

  ChildProcess process() {
    return process;
  }

  int awaitExit() {
    return process.awaitExit(END_LIMIT);
  }

  /** As the terminal does it: to all processes of the foreground. */
  void pressCtrlC() {
    Command.run("kill", "-INT", "--", "-" + process.pid());
  }

  /** As a supervisor does it: to the one process it knows. */
  void terminate() {
    process.terminate();
  }

  /** The demo and all that it has started. */
  List<ProcessHandle> processes() {
    return Command.run("ip", "netns", "pids", namespace.name())
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
        .toList();
  }

  /** Processes, routes and temporary files; empty when nothing is left. */
  List<String> leftovers() {
    List<String> left = new ArrayList<>();
    processes()
        .forEach(each ->
            left.add(
                "process %d: %s".formatted(each.pid(), each.info().commandLine().orElse("?"))));
    namespace
        .run("ip", "route", "show", "table", "local")
        .lines()
        .filter(route -> !route.contains(" 127."))
        .forEach(route -> left.add("route " + route));
    try (Stream<Path> files = Files.list(temporary)) {
      files.forEach(file -> left.add("file " + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left;
  }

  @Override
  public void close() {
    processes().forEach(ProcessHandle::destroyForcibly);
    namespace.close();
  }
}

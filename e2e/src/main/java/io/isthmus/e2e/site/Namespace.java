package io.isthmus.e2e.site;

import io.isthmus.cli.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace that this process made, and unmakes. Its name carries the process ID, so that
 * suites of several checkouts run on one machine at the same time.
 */
public record Namespace(String name) implements AutoCloseable {
  private static final Pattern OF_A_RUN = Pattern.compile("isthmus-e2e-(\\d+)-.+");

  /** {@code role} tells it from the other namespaces of this process. */
  public static Namespace create(String role) {
    Namespace namespace =
        new Namespace("isthmus-e2e-%d-%s".formatted(ProcessHandle.current().pid(), role));
    Command.run("ip", "netns", "add", namespace.name());
    namespace.run("ip", "link", "set", "lo", "up");
    return namespace;
  }

  /** Removes what this process has not removed, and what runs left behind that were killed. */
  public static void removeLeftovers() {
    long own = ProcessHandle.current().pid();
    for (String line : Command.run("ip", "netns", "list").lines().toList()) {
      Matcher name = OF_A_RUN.matcher(line.split(" ")[0]);
      if (name.matches()) {
        long pid = Long.parseLong(name.group(1));
        if (pid == own || ProcessHandle.of(pid).isEmpty()) {
          new Namespace(name.group()).close();
        }
      }
    }
  }

  /** The command line that runs {@code command} in this namespace. */
  public List<String> line(List<String> command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
    line.addAll(command);
    return line;
  }

  /** Runs a command that must succeed; returns what it printed. */
  public String run(String... command) {
    return Command.run(Duration.ofSeconds(60), line(List.of(command)));
  }

  /** Runs a command that may fail. */
  public Command.Result attempt(String... command) {
    return Command.attempt(Duration.ofSeconds(60), line(List.of(command)));
  }

  @Override
  public void close() {
    Command.attempt(Duration.ofSeconds(10), List.of("ip", "netns", "del", name));
  }
}

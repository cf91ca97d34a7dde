package io.isthmus.e2e.site;

import io.isthmus.cli.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A network namespace that this process made, and unmakes. */
public record Namespace(String name) implements AutoCloseable {

  static Namespace create(String name) {
    if (Command.run("ip", "netns", "list").lines().anyMatch(l -> l.split(" ")[0].equals(name))) {
      Command.run("ip", "netns", "del", name);
    }
    Command.run("ip", "netns", "add", name);
    Namespace namespace = new Namespace(name);
    namespace.run("ip", "link", "set", "lo", "up");
    return namespace;
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

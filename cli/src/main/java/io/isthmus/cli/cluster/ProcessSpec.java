package io.isthmus.cli.cluster;

import java.nio.file.Path;
import java.util.List;

/** What a process is started with, and how one knows that it is ready. */
public record ProcessSpec(String name, List<String> command, Path log, Readiness readiness) {
  public ProcessSpec {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("process " + name + ": the command is empty");
    }
  }
}

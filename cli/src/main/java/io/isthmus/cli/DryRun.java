package io.isthmus.cli;

import picocli.CommandLine.Option;

/** Shows what a verb would write, in place of writing it. */
public final class DryRun {
  @Option(names = "--dry-run", description = "Print the YAML, and change nothing.")
  private boolean dryRun;

  public boolean isAsked() {
    return dryRun;
  }
}

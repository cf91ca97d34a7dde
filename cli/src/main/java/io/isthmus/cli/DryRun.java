package io.isthmus.cli;

import picocli.CommandLine.Option;

/** Shows what a verb would write, in place of writing it. */
public final class DryRun {
  /** Above objects that are printed in place of writing them. */
  public static final String APPLIED_BY = "# kubectl apply -f <this>\n";

  @Option(names = "--dry-run", description = "Print the YAML, and change nothing.")
  private boolean dryRun;

  public boolean isAsked() {
    return dryRun;
  }
}

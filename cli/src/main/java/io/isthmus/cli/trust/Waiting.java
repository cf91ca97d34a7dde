package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Whether a verb returns when it has asked, or follows what it asked for. */
final class Waiting {
  @Option(names = "--wait", description = "Show its progress until it is over.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "<period>",
      converter = Period.class,
      defaultValue = "48h",
      description = {
        "How long to wait; default: ${DEFAULT-VALUE}.",
        "What was asked for goes on by itself."
      })
  private Duration timeout = Duration.ZERO;

  boolean isAsked() {
    return wait;
  }

  /**
   * Returns what was read when {@code end} is reached.
   *
   * @throws CommandException when the time is over
   */
  OwnDomain until(OwnDomain first, Predicate<OwnDomain> end, PrintWriter out) {
    out.println("Ctrl-C ends the waiting, not the rotation.");
    return new Progress(out, Pace.REAL, timeout).until(first, end);
  }
}

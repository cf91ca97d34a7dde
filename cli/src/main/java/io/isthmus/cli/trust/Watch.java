package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Shows what is read whenever something of it changed that matters. Goes on where nobody answers
 * for a while, and says so beside the output. Ends when who reads the output is gone, which shows
 * at the next thing that is written.
 */
record Watch(PrintWriter out, PrintWriter err, Pace pace) {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /**
   * Returns what was shown last.
   *
   * @throws CommandException when nobody answers the first time: it may be the command line
   */
  TrustReport follow(Supplier<TrustReport> look, Consumer<TrustReport> show) {
    TrustReport shown = look.get();
    show.accept(shown);
    Essence essence = Essence.of(shown, pace.now());
    Optional<Instant> silentSince = Optional.empty();
    while (!out.checkError()) {
      pace.pause(PERIOD);
      try {
        TrustReport now = look.get();
        silentSince.ifPresent(this::sayBack);
        silentSince = Optional.empty();
        Essence next = Essence.of(now, pace.now());
        if (!next.equals(essence)) {
          show.accept(now);
          shown = now;
          essence = next;
        }
      } catch (CommandException e) {
        if (silentSince.isEmpty()) {
          silentSince = Optional.of(pace.now());
          sayLost(e);
        }
      }
    }
    return shown;
  }

  private void sayLost(CommandException e) {
    err.printf("---- %s  %s: %s%n", Words.second(pace.now()), e.getMessage(), e.why());
    err.println("     looking again every %d s".formatted(PERIOD.toSeconds()));
    err.flush();
  }

  private void sayBack(Instant since) {
    err.printf(
        "---- %s  it answers again, after %s%n",
        Words.second(pace.now()), Words.length(Duration.between(since, pace.now())));
    err.flush();
  }
}

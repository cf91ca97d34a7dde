package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.Following;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Follows a rotation, one line for each thing that changes. */
record Progress(PrintWriter out, Pace pace, Duration timeout) {

  /**
   * Returns what was read when {@code end} is reached.
   *
   * @throws CommandException when the time is over; what is asked for stays asked for
   */
  OwnDomain until(OwnDomain first, Predicate<OwnDomain> end) {
    PatientLook look = new PatientLook(out, pace);
    AtomicReference<OwnDomain> last = new AtomicReference<>(first);
    AtomicReference<List<String>> shown = new AtomicReference<>(List.of());
    OwnDomain now =
        new Following(pace, Pace.LOOK, timeout)
            .until(
                end,
                () -> {
                  look.at(first::again).ifPresent(last::set);
                  return last.get();
                },
                seen -> {
                  List<String> lines = lines(seen);
                  if (!lines.equals(shown.getAndSet(lines))) {
                    show(lines);
                  }
                });
    if (!end.test(now)) {
      throw late(now);
    }
    return now;
  }

  private CommandException late(OwnDomain now) {
    List<String> lines = lines(now);
    return CommandException.refused(
        "not there after %s: %s is in %s"
            .formatted(Words.length(timeout), now.trustDomain(), now.phase().orElse("no phase")),
        lines.size() > 1
            ? "it waits for " + String.join("; ", lines.subList(1, lines.size()))
            : "the control plane has not moved it on",
        "it goes on by itself: isthmus trust status; or take it back: isthmus trust abort");
  }

  private void say(String text) {
    out.printf("%s  %s%n", Words.second(pace.now()), text);
    out.flush();
  }

  private void show(List<String> lines) {
    say(lines.getFirst());
    lines.stream().skip(1).forEach(line -> say("  waits for " + line));
  }

  /** The phase, and what it waits for. */
  private static List<String> lines(OwnDomain now) {
    List<String> lines = new ArrayList<>();
    lines.add(now.phase().orElse("no phase yet"));
    if (!now.isSteady()) {
      now.rotation().ifPresent(rotation -> lines.addAll(rotation.waitingFor()));
    }
    return lines;
  }
}

package io.isthmus.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints the story, a line a step with its time; in colour only on a terminal without NO_COLOR. */
final class Narrator {
  private static final String DIM = "\u001b[2m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  private final PrintWriter out;
  private final boolean colour;

  private Narrator(PrintWriter out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  static Narrator to(PrintWriter out) {
    boolean terminal = System.console() != null && System.console().isTerminal();
    return new Narrator(out, terminal && System.getenv("NO_COLOR") == null);
  }

  void chapter(Story.Chapter chapter) {
    step(chapter.took(), chapter.told().line());
    chapter.told().evidence().forEach(line -> say("            " + paint(DIM, line)));
  }

  void step(Duration took, String line) {
    say(
        "%s %s"
            .formatted(
                paint(GREEN, String.format(Locale.ROOT, "%8.2f s ", took.toMillis() / 1000.0)),
                line));
  }

  void failure(String message) {
    say(paint(RED, "   failed ") + " " + message);
  }

  void say(String line) {
    out.println(line);
    out.flush();
  }

  private String paint(String code, String text) {
    return colour ? code + text + RESET : text;
  }
}

package io.isthmus.e2e;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Runs scenarios one after another, prints a line for each, and counts. */
public final class Scenarios {
  private final PrintStream out;
  private final String only;
  private final long started = System.nanoTime();
  private int passed;
  private int failed;

  /**
   * @param only what a scenario's sentence has to contain, or it is left out; commas part
   *     alternatives
   */
  Scenarios(PrintStream out, String only) {
    this.out = out;
    this.only = only;
  }

  /** The body of a scenario; it fails by throwing. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  /** Runs one scenario. A failed one is printed with its reason, and the suite goes on. */
  public void scenario(String sentence, Body body) {
    if (Arrays.stream(only.split(",")).noneMatch(sentence::contains)) {
      return;
    }
    long start = System.nanoTime();
    try {
      body.run();
      passed++;
      print("ok  ", start, sentence);
    } catch (Exception | AssertionError e) {
      failed++;
      print("FAIL", start, sentence);
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      message.lines().limit(40).forEach(line -> out.println("          " + line));
    }
  }

  /** Setting the stage: a failure here ends the suite, as one failed scenario. */
  public void stage(String sentence, Body body) {
    long start = System.nanoTime();
    try {
      body.run();
      print("    ", start, sentence);
    } catch (Exception e) {
      failed++;
      print("FAIL", start, sentence);
      throw new StageFailure(sentence, e);
    }
  }

  int passed() {
    return passed;
  }

  int failed() {
    return failed;
  }

  private void print(String verdict, long start, String sentence) {
    out.printf(
        Locale.ROOT,
        "[%6.1f s] %s %s (%.1f s)%n",
        seconds(started),
        verdict,
        sentence,
        seconds(start));
  }

  private static double seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0;
  }

  /** The stage could not be set. */
  static final class StageFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    StageFailure(String sentence, Exception cause) {
      super("could not: " + sentence + ": " + cause.getMessage(), cause);
    }
  }
}

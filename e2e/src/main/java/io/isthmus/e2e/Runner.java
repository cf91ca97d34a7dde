package io.isthmus.e2e;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Understands the command line of {@code e2e/run} and runs what it names, on one thread. */
final class Runner {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final List<Suite> suites;
  private final Unable unable;
  private final PrintStream out;
  private final PrintStream err;

  Runner(List<Suite> suites, Unable unable, PrintStream out, PrintStream err) {
    this.suites = suites;
    this.unable = unable;
    this.out = out;
    this.err = err;
  }

  /** What becomes of a suite that this machine lacks something for. */
  enum Unable {
    IS_SKIPPED,
    FAILS
  }

  /** What scenarios came to. */
  private record Tally(int passed, int failed) {
    Tally plus(Tally other) {
      return new Tally(passed + other.passed, failed + other.failed);
    }

    @Override
    public String toString() {
      return passed + " passed, " + failed + " failed";
    }
  }

  /** Suites, one after another, as often as was asked for, and of them what was asked for. */
  private record Plan(List<Suite> suites, int times, String only) {}

  /** A command line that cannot be run. */
  private static final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message);
    }
  }

  /** Returns the exit status: 0 when all passed, 1 when one failed, 2 for a wrong command line. */
  int run(List<String> arguments) {
    if (arguments.isEmpty() || arguments.getFirst().equals("--list")) {
      suites.forEach(suite -> out.printf("%-12s %s%n", suite.name(), suite.description()));
      return arguments.isEmpty() ? USAGE : 0;
    }
    try {
      Tally all = run(plan(arguments));
      out.println(all);
      return all.failed() == 0 ? 0 : FAILED;
    } catch (UsageException e) {
      err.println("e2e/run: " + e.getMessage());
      return USAGE;
    }
  }

  /** Stops after the first run with a failure: its logs are what one wants to read. */
  private Tally run(Plan plan) {
    Tally all = new Tally(0, 0);
    for (int time = 1; time <= plan.times() && all.failed() == 0; time++) {
      long start = System.nanoTime();
      Tally one = new Tally(0, 0);
      for (Suite suite : plan.suites()) {
        one = one.plus(run(suite, plan.only()));
      }
      if (plan.times() > 1) {
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        out.printf(Locale.ROOT, "run %d of %d: %s (%.1f s)%n", time, plan.times(), one, seconds);
      }
      all = all.plus(one);
    }
    return all;
  }

  private Tally run(Suite suite, String only) {
    Optional<String> lacks = suite.lacks();
    if (lacks.isPresent()) {
      out.printf("skipped %s: %s%n", suite.name(), lacks.get());
      return new Tally(0, unable == Unable.FAILS ? 1 : 0);
    }
    Scenarios scenarios = new Scenarios(out, only);
    try {
      suite.run(scenarios);
    } catch (Scenarios.StageFailure e) {
      out.println(e.getMessage());
    }
    if (scenarios.passed() + scenarios.failed() == 0) {
      out.printf("%s has no scenario with '%s'%n", suite.name(), only);
      return new Tally(0, 1);
    }
    return new Tally(scenarios.passed(), scenarios.failed());
  }

  private Plan plan(List<String> arguments) throws UsageException {
    List<Suite> named = new ArrayList<>();
    int times = 1;
    String only = "";
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--times")) {
        i++;
        times = times(i < arguments.size() ? arguments.get(i) : "");
      } else if (arguments.get(i).equals("--only")) {
        i++;
        only = i < arguments.size() ? arguments.get(i) : "";
      } else if (arguments.get(i).startsWith("--")) {
        String option = arguments.get(i);
        if (named.isEmpty()) {
          throw new UsageException(
              "option '%s' before any suite, expected after the suite that it is for"
                  .formatted(option));
        }
        Suite last = named.removeLast();
        named.add(
            last.with(option)
                .orElseThrow(() ->
                    new UsageException("%s has no option '%s'".formatted(last.name(), option))));
      } else {
        named.add(suite(arguments.get(i)));
      }
    }
    if (named.isEmpty()) {
      throw new UsageException("no suite is named, expected some of " + names());
    }
    return new Plan(named, times, only);
  }

  private static int times(String text) throws UsageException {
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new UsageException("--times '%s': expected a number from 1 to 9999".formatted(text));
    }
    return Integer.parseInt(text);
  }

  private Suite suite(String name) throws UsageException {
    return suites.stream()
        .filter(suite -> suite.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UsageException("unknown suite '%s', expected one of %s".formatted(name, names())));
  }

  private List<String> names() {
    return suites.stream().map(Suite::name).toList();
  }
}

package io.isthmus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

final class RunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void runsASuiteOnceAndCounts() {
    assertThat(run(time -> true, "story")).isZero();

    assertThat(printed(out).lines().toList()).last().isEqualTo("2 passed, 0 failed");
    assertThat(printed(out)).doesNotContain("run 1");
  }

  @Test
  void sumsAllRunsAndHasALineForEach() {
    assertThat(run(time -> true, "story", "--times", "3")).isZero();

    assertThat(printed(out).lines())
        .anyMatch(line -> line.startsWith("run 1 of 3: 2 passed, 0 failed ("))
        .anyMatch(line -> line.startsWith("run 3 of 3: 2 passed, 0 failed ("))
        .last()
        .isEqualTo("6 passed, 0 failed");
  }

  @Test
  void stopsAfterTheFirstRunWithAFailure() {
    assertThat(run(time -> time < 2, "--times", "15", "story")).isEqualTo(1);

    assertThat(printed(out)).contains("run 2 of 15: 1 passed, 1 failed (").doesNotContain("run 3");
    assertThat(printed(out).lines()).last().isEqualTo("3 passed, 1 failed");
  }

  @Test
  void namesWhatIsWrongWithACommandLine() {
    assertThat(run(time -> true, "story", "--times", "none")).isEqualTo(2);
    assertThat(run(time -> true, "story", "--times")).isEqualTo(2);
    assertThat(run(time -> true, "--times", "2")).isEqualTo(2);
    assertThat(run(time -> true, "fable")).isEqualTo(2);

    assertThat(printed(err).lines())
        .containsExactly(
            "e2e/run: --times 'none': expected a number from 1 to 9999",
            "e2e/run: --times '': expected a number from 1 to 9999",
            "e2e/run: no suite is named, expected some of [story]",
            "e2e/run: unknown suite 'fable', expected one of [story]");
    assertThat(printed(out)).isEmpty();
  }

  @Test
  void anOptionChoosesTheFormOfTheSuiteBeforeIt() {
    assertThat(run(time -> true, "story", "--brief", "story")).isZero();

    assertThat(printed(out).lines().toList()).last().isEqualTo("3 passed, 0 failed");
  }

  @Test
  void refusesAnOptionThatTheSuiteDoesNotHave() {
    assertThat(run(time -> true, "story", "--long")).isEqualTo(2);
    assertThat(run(time -> true, "--brief", "story")).isEqualTo(2);

    assertThat(printed(err).lines())
        .containsExactly(
            "e2e/run: story has no option '--long'",
            "e2e/run: option '--brief' before any suite, expected after the suite that it is for");
  }

  @Test
  void runsOnlyScenariosWithTheTextThatIsNamed() {
    assertThat(run(time -> false, "story", "--only", "always")).isZero();
    assertThat(run(time -> false, "story", "--only", "no such thing,always")).isZero();
    assertThat(run(time -> true, "story", "--only", "no such thing")).isEqualTo(1);

    assertThat(printed(out).lines())
        .contains("1 passed, 0 failed", "story has no scenario with 'no such thing'");
  }

  @Test
  void listsTheSuites() {
    assertThat(run(time -> true, "--list")).isZero();

    assertThat(printed(out)).startsWith("story ").contains("a suite of two scenarios");
  }

  @Test
  void aSuiteThatThisMachineLacksSomethingForIsSkippedByNameAndReason() {
    assertThat(run(new Unable(), Runner.Unable.IS_SKIPPED, "images")).isZero();

    assertThat(printed(out).lines())
        .containsExactly("skipped images: kubelet is missing", "0 passed, 0 failed");
  }

  @Test
  void whereNothingMayBeSkippedSuchASuiteFails() {
    assertThat(run(new Unable(), Runner.Unable.FAILS, "images")).isEqualTo(1);

    assertThat(printed(out).lines())
        .containsExactly("skipped images: kubelet is missing", "0 passed, 1 failed");
  }

  private int run(IntPredicate passes, String... arguments) {
    return run(new Counted(passes), Runner.Unable.IS_SKIPPED, arguments);
  }

  private int run(Suite suite, Runner.Unable unable, String... arguments) {
    Runner runner = new Runner(List.of(suite), unable, new PrintStream(out), new PrintStream(err));
    return runner.run(List.of(arguments));
  }

  private static String printed(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  /** Its second scenario passes or fails by how often the suite has run. */
  private static final class Counted implements Suite {
    private final IntPredicate passes;
    private int time;

    Counted(IntPredicate passes) {
      this.passes = passes;
    }

    @Override
    public String name() {
      return "story";
    }

    @Override
    public String description() {
      return "a suite of two scenarios";
    }

    @Override
    public Optional<Suite> with(String option) {
      return option.equals("--brief") ? Optional.of(new Brief()) : Optional.empty();
    }

    @Override
    public void run(Scenarios scenarios) {
      time++;
      scenarios.scenario("always passes", () -> {});
      scenarios.scenario("passes for a while", () -> assertThat(passes.test(time)).isTrue());
    }
  }

  private static final class Unable implements Suite {
    @Override
    public String name() {
      return "images";
    }

    @Override
    public String description() {
      return "a suite that cannot run";
    }

    @Override
    public Optional<String> lacks() {
      return Optional.of("kubelet is missing");
    }

    @Override
    public void run(Scenarios scenarios) {
      throw new AssertionError("it runs");
    }
  }

  private static final class Brief implements Suite {
    @Override
    public String name() {
      return "story --brief";
    }

    @Override
    public String description() {
      return "one scenario";
    }

    @Override
    public void run(Scenarios scenarios) {
      scenarios.scenario("passes", () -> {});
    }
  }
}

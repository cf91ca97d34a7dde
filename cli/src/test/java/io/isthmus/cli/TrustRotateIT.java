package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code isthmus trust rotate}, {@code abort} and {@code leave-behind}; what control planes answer
 * is written by the test.
 */
class TrustRotateIT {
  @TempDir Path directory;
  private TrustStage stage;

  @SuppressWarnings("NullAway.Init")
  TrustRotateIT() {}

  @BeforeEach
  void start() throws IOException {
    stage = new TrustStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void rotationIsAskedForOnce() throws IOException {
    stage.assertDone("rotate", "root", "--id", "r1");
    assertThat(stage.rotation().request()).isEqualTo("Root");
    assertThat(stage.rotation().id()).isEqualTo("r1");

    stage.assertDone("rotate", "root", "--id", "r1");
    assertThat(stage.out()).contains("The rotation r1 is asked for already.");
  }

  @Test
  void rotationThatWasAskedForIsNotReplaced() throws IOException {
    stage.trust("rotate", "root", "--id", "r1");
    stage.assertRefused(
        ExitCode.NO, List.of("r1 is asked for, and has not begun"), "rotate", "issuer");

    stage.say(stage.statuses.rotation("DualTrust", "r1", List.of(), stage.statuses.enforced(7, 3)));
    stage.assertRefused(
        ExitCode.NO, List.of("the rotation r1 of the root is in DualTrust"), "rotate", "issuer");
    assertThat(stage.rotation().id()).isEqualTo("r1");
  }

  @Test
  void planChangesNothingAndSaysWhatWouldHoldIt() throws IOException {
    stage.sayOfEast(stage.statuses.enforced(7, 2, "shop/pay-1 (reports nothing)"));
    stage.assertDone("rotate", "root", "--plan");
    assertThat(stage.out())
        .contains("1. Prepared", "5. Retired", "west, east")
        .contains("it would be held there by:", "east/shop/pay-1 (reports nothing)");
    assertThat(stage.object().getSpec().rotation()).isNull();
  }

  @Test
  void dryRunPrintsThePatchAndChangesNothing() throws IOException {
    stage.assertDone("rotate", "issuer", "--id", "i1", "--dry-run");
    assertThat(stage.out())
        .contains("kubectl patch trustdomain west", "request: \"Issuer\"", "id: \"i1\"");
    assertThat(stage.object().getSpec().rotation()).isNull();
  }

  @Test
  void waitingEndsWhereTheRotationHasEnded() throws IOException {
    stage.trust("rotate", "root", "--id", "r1");
    stage.say(stage.statuses.rotation("Steady", "r1", List.of(), stage.statuses.enforced(7, 3)));
    stage.assertDone("rotate", "root", "--id", "r1", "--wait");
    assertThat(stage.out()).contains("Steady", "Over: the old root is gone.");
  }

  @Test
  void waitingThatIsOverTimeNamesWhatHolds() throws IOException {
    stage.trust("rotate", "root", "--id", "r1");
    stage.say(
        stage.statuses.rotation(
            "DualTrust",
            "r1",
            List.of("east has not reported yet"),
            stage.statuses.enforced(7, 3)));
    stage.assertRefused(
        ExitCode.NO,
        List.of("not there after 0 s", "it waits for east has not reported yet"),
        "rotate",
        "root",
        "--id",
        "r1",
        "--wait",
        "--timeout",
        "0s");
  }

  @Test
  void abortIsOfARotationThatRuns() throws IOException {
    stage.assertRefused(
        ExitCode.NO, List.of("nothing to abort", "no rotation was ever asked for"), "abort");
    stage.trust("rotate", "root", "--id", "r1");
    stage.say(stage.statuses.rotation("DualTrust", "r1", List.of(), stage.statuses.enforced(7, 3)));

    stage.assertDone("abort");
    assertThat(stage.rotation().abort()).isTrue();
    stage.assertDone("abort");
    assertThat(stage.out()).contains("taken back already");

    stage.assertDone("rotate", "root", "--id", "r1"); // forward again
    assertThat(stage.rotation().abort()).isFalse();
  }

  @Test
  void rotationThatNobodyAskedForIsTakenBackByItsName() throws IOException {
    stage.say(
        stage.statuses.rotation(
            "DualTrust", "auto-b1b1b1b1", List.of(), stage.statuses.enforced(7, 3)));
    stage.assertRefused(ExitCode.NO, List.of("the rotation auto-b1b1b1b1"), "rotate", "root");
    stage.assertDone("leave-behind", "east", "--yes");
    stage.assertDone("abort");
    assertThat(stage.rotation().id()).isEqualTo("auto-b1b1b1b1");
    assertThat(stage.rotation().request()).isEqualTo("Root");
    assertThat(stage.rotation().leaveBehind()).containsExactly("east");
    assertThat(stage.rotation().abort()).isTrue();
  }

  @Test
  void nextRotationBeginsWithEverybodyAndForward() throws IOException {
    stage.trust("rotate", "root", "--id", "r1");
    stage.say(stage.statuses.rotation("DualTrust", "r1", List.of(), stage.statuses.enforced(7, 3)));
    stage.trust("leave-behind", "east", "--yes");
    stage.trust("abort");
    stage.say(stage.statuses.rotation("Steady", "r1", List.of(), stage.statuses.enforced(7, 3)));

    stage.assertRefused(ExitCode.NO, List.of("r1 was taken back"), "rotate", "root", "--id", "r1");
    stage.assertDone("rotate", "root", "--id", "r2");
    assertThat(stage.out()).contains("east was left behind before, and is waited for again.");
    assertThat(stage.rotation().leaveBehind()).isEmpty();
    assertThat(stage.rotation().abort()).isFalse();
  }

  @Test
  void clusterIsLeftBehindOnlyOnAWordAndByItsLink() throws IOException {
    stage.assertRefused(ExitCode.NO, List.of("its own proxies"), "leave-behind", "west");
    stage.assertRefused(ExitCode.NO, List.of("those linked are [east]"), "leave-behind", "nroth");
    stage.assertRefused(ExitCode.NO, List.of("no rotation of west.demo"), "leave-behind", "east");
    stage.trust("rotate", "root", "--id", "r1");
    stage.say(stage.statuses.rotation("DualTrust", "r1", List.of(), stage.statuses.enforced(7, 3)));

    stage.assertRefused(ExitCode.USAGE, List.of("add --yes"), "leave-behind", "east");
    assertThat(stage.out()).contains("calls between the two fail");
    assertThat(stage.rotation().leaveBehind()).isEmpty();
    stage.assertDone("leave-behind", "east", "--yes");
    assertThat(stage.rotation().leaveBehind()).containsExactly("east");
    stage.assertDone("leave-behind", "east", "--yes");
    assertThat(stage.out()).contains("left behind already");
    stage.assertDone("leave-behind", "east", "--undo");
    assertThat(stage.rotation().leaveBehind()).isEmpty();
  }

  @Test
  void verbOfOneClusterTakesOneContext() throws IOException {
    stage.goNowhere();
    stage.assertRefused(
        ExitCode.USAGE,
        List.of("this verb is about one cluster"),
        "abort",
        "--context",
        "west-context",
        "--context",
        "east-context");
  }
}

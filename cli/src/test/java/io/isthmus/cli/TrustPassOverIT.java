package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustDomainSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust pass-over}: an operator's word about proxies that report nothing. */
class TrustPassOverIT {
  @TempDir Path directory;
  private TrustStage stage;

  @SuppressWarnings("NullAway.Init")
  TrustPassOverIT() {}

  @BeforeEach
  void rotate() throws IOException {
    stage = new TrustStage(directory);
    stage.assertDone("rotate", "root", "--id", "r1");
    isIn("DualTrust");
    stage.sayOfEast(stage.statuses.silent(7, 2, "shop/cart-1"));
  }

  private void isIn(String phase) {
    stage.say(
        stage.statuses.rotation(
            phase, "r1", List.of(), stage.statuses.silent(7, 3, "shop/envoy-1", "shop/envoy-2")));
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void wordIsGivenOnceAndTakenBack() throws IOException {
    stage.assertRefused(ExitCode.USAGE, List.of("add --yes"), "pass-over", "shop/envoy-1");
    assertThat(stage.out()).contains("will no longer wait for shop/envoy-1", "it is your word");
    assertThat(stage.rotation().passOver()).isEmpty();

    stage.assertDone("pass-over", "shop/envoy-1", "--yes");
    stage.assertDone("pass-over", "east/shop/cart-1", "--yes");
    assertThat(stage.rotation().passOver()).containsExactly("shop/envoy-1", "east/shop/cart-1");
    assertThat(stage.rotation().id()).isEqualTo("r1");
    assertThat(stage.rotation().leaveBehind()).isEmpty();

    stage.assertDone("pass-over", "west/shop/envoy-1"); // the same proxy by its longer name
    assertThat(stage.out()).contains("shop/envoy-1 is passed over already");

    stage.assertDone("pass-over", "west/shop/envoy-1", "--undo");
    assertThat(stage.rotation().passOver()).containsExactly("east/shop/cart-1");
    stage.assertDone("pass-over", "shop/envoy-1", "--undo");
    assertThat(stage.out()).contains("nothing to undo");
  }

  @Test
  void wordIsGivenWithTheIdOfARotationThatNobodyAskedFor() throws IOException {
    stage.say(
        stage.statuses.rotation(
            "DualTrust", "auto-b1b1b1b1", List.of(), stage.statuses.silent(7, 3, "shop/envoy-1")));
    stage.assertDone("pass-over", "shop/envoy-1", "--yes");
    assertThat(stage.rotation().id()).isEqualTo("auto-b1b1b1b1");
    assertThat(stage.rotation().request()).isEqualTo("Root");
    assertThat(stage.rotation().passOver()).containsExactly("shop/envoy-1");
  }

  @Test
  void wordsOfAFormerRotationAreNotTakenForThisOne() throws IOException {
    var west = stage.object();
    west.setSpec(
        new TrustDomainSpec(
            "west.demo",
            west.getSpec().authority(),
            null,
            new TrustDomainSpec.Rotation(
                "Root", "r0", false, List.of("east"), List.of("shop/envoy-2"))));
    stage.west().resource(west).update();
    stage.say(
        stage.statuses.rotation(
            "DualTrust", "auto-b1b1b1b1", List.of(), stage.statuses.silent(7, 3, "shop/envoy-1")));
    stage.assertDone("pass-over", "shop/envoy-1", "--yes");
    assertThat(stage.rotation().id()).isEqualTo("auto-b1b1b1b1");
    assertThat(stage.rotation().passOver()).containsExactly("shop/envoy-1");
    assertThat(stage.rotation().leaveBehind()).isEmpty();
  }

  @Test
  void proxyThatIsNotSilentIsWaitedFor() throws IOException {
    stage.assertRefused(
        ExitCode.NO,
        List.of("cannot pass over shop/envoy-9", "those are [shop/envoy-1, shop/envoy-2]"),
        "pass-over",
        "shop/envoy-9",
        "--yes");
    stage.sayOfEast(stage.statuses.enforced(7, 2, "shop/cart-1 (sequence 6, 42 s ago)"));
    stage.assertRefused(
        ExitCode.NO,
        List.of("it speaks for itself", "shop/cart-1 (sequence 6, 42 s ago)"),
        "pass-over",
        "east/shop/cart-1",
        "--yes");
    assertThat(stage.rotation().passOver()).isEmpty();
  }

  @Test
  void clusterThatIsNotHeardOrNotLinkedIsSaid() throws IOException {
    stage.sayOfEast(stage.statuses.stale(7));
    stage.assertRefused(
        ExitCode.NO,
        List.of("east has not reported since", "isthmus trust leave-behind east"),
        "pass-over",
        "east/shop/cart-1");
    stage.assertRefused(
        ExitCode.NO,
        List.of("no Link leads to a cluster nroth; those linked are [east]"),
        "pass-over",
        "nroth/shop/cart-1");
  }

  @Test
  void whereEverybodyReportsThereIsNobodyToPassOver() throws IOException {
    stage.sayOfEast(stage.statuses.enforced(7, 2));
    stage.assertRefused(
        ExitCode.NO,
        List.of("every connected proxy of east reports: there is none to pass over"),
        "pass-over",
        "east/shop/cart-1",
        "--yes");
  }

  @Test
  void nameThatIsNoneIsRefused() throws IOException {
    for (String name : List.of("envoy-1", "shop/", "/shop/envoy-1", "a/b/c/d", "Shop/envoy-1")) {
      stage.assertRefused(
          ExitCode.USAGE, List.of("expected namespace/pod, or cluster/"), "pass-over", name);
    }
  }

  @Test
  void nextRotationWaitsForEverybodyAgain() throws IOException {
    stage.assertDone("pass-over", "shop/envoy-1", "--yes");
    isIn("Steady");
    stage.assertRefused(
        ExitCode.NO, List.of("no rotation of west.demo"), "pass-over", "shop/envoy-2", "--yes");
    stage.assertDone("rotate", "root", "--id", "r2");
    assertThat(stage.out())
        .contains("shop/envoy-1 was passed over before, and is waited for again.");
    assertThat(stage.rotation().passOver()).isEmpty();
  }

  @Test
  void dryRunPrintsThePatchAndChangesNothing() throws IOException {
    stage.assertDone("pass-over", "shop/envoy-1", "--dry-run");
    assertThat(stage.out()).contains("/spec/rotation/passOver", "- \"shop/envoy-1\"");
    assertThat(stage.rotation().passOver()).isEmpty();
  }
}

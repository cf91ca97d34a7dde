package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.cli.trust.Published;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust revoke}; what control planes answer is written by the test. */
class TrustRevokeIT {
  @TempDir Path directory;
  private TrustStage stage;

  @SuppressWarnings("NullAway.Init")
  TrustRevokeIT() {}

  @BeforeEach
  void start() throws IOException {
    stage = new TrustStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void whatIsInUseIsNotRevokedWithoutAWord() throws IOException {
    stage.assertRefused(
        ExitCode.NO,
        List.of(
            "cannot revoke the issuer b1b1b1b1b1b1 without an outage",
            "3 proxies of west are refused",
            "2 proxies of east",
            "--break"),
        "revoke",
        "issuer",
        "--yes");
    stage.assertRefused(
        ExitCode.NO, List.of("4 connections of proxies in east"), "revoke", "root", "--yes");
    assertThat(stage.object().getSpec().revoked()).isEmpty();
  }

  @Test
  void emergencyIsWrittenAndSaysWhereItIsEnforced() throws IOException {
    Published.revoking(stage.west(), 8, Statuses.OLD_ISSUER);
    stage.say(stage.statuses.steady(8, stage.statuses.enforced(8, 3)));
    stage.sayOfEast(stage.statuses.enforced(8, 2));
    stage.assertRefused(ExitCode.USAGE, List.of("add --yes"), "revoke", "issuer", "--break");
    assertThat(stage.out()).contains("What stops:", "makes a new issuer under the same root");
    assertThat(stage.object().getSpec().revoked()).isEmpty();

    stage.assertDone("revoke", "issuer", "--yes", "--break");
    assertThat(stage.object().getSpec().revoked()).containsExactly(Statuses.OLD_ISSUER);
    assertThat(stage.out())
        .contains("Published with sequence 8.")
        .contains("Enforced by all 3 proxies that are connected in west.")
        .contains("Enforced by all 2 proxies that are connected in east.");
  }

  @Test
  void whereItDidNotReachIsNamedAndRepeatingLooksAgain() throws IOException {
    Published.revoking(stage.west(), 8, Statuses.OLD_ISSUER);
    stage.say(stage.statuses.steady(8, stage.statuses.enforced(8, 3)));
    stage.sayOfEast(stage.statuses.enforced(7, 2));

    assertThat(stage.trust("revoke", "issuer", "--yes", "--break", "--timeout", "0s"))
        .isEqualTo(ExitCode.NO);
    assertThat(stage.out())
        .contains("Not reached within 0 s:", "east hands out sequence 7, expected 8");

    stage.sayOfEast(stage.statuses.enforced(8, 2));
    assertThat(stage.trust("revoke", "issuer", Statuses.OLD_ISSUER.substring(0, 8)))
        .isEqualTo(ExitCode.YES);
    assertThat(stage.out()).contains("is revoked already");
    assertThat(stage.object().getSpec().revoked()).containsExactly(Statuses.OLD_ISSUER);
  }

  @Test
  void controlPlaneThatDoesNotPublishItIsSaid() throws IOException {
    stage.assertRefused(
        ExitCode.NO,
        List.of("has not published it", "it is written in spec.revoked and stays there"),
        "revoke",
        "root",
        "--yes",
        "--break",
        "--timeout",
        "0s");
    assertThat(stage.object().getSpec().revoked()).containsExactly(Statuses.OLD_ROOT);
  }

  @Test
  void oldRootIsTheOneThatIsMeantAfterTheSwitch() throws IOException {
    stage.say(stage.statuses.rotation("Switched", "r1", List.of(), stage.statuses.enforced(7, 3)));
    stage.assertDone("revoke", "root", "--dry-run");
    assertThat(stage.out()).contains("/spec/revoked", "- \"" + Statuses.OLD_ROOT);
  }

  @Test
  void rotationInDualTrustSwitchesFirstOrSaysWhoHoldsIt() throws IOException {
    stage.say(
        stage.statuses.rotation(
            "DualTrust",
            "r1",
            List.of("east has not reported yet"),
            stage.statuses.enforced(7, 3)));
    stage.assertRefused(
        ExitCode.NO,
        List.of("it waits for east has not reported yet"),
        "revoke",
        "root",
        "--yes",
        "--timeout",
        "0s");
    assertThat(stage.out()).contains("First the rotation that is under way switches");
    assertThat(stage.object().getSpec().revoked()).isEmpty();
  }

  @Test
  void digestThatIsNoneOrOfAnotherKindIsRefused() throws IOException {
    stage.assertRefused(ExitCode.USAGE, List.of("is no SHA-256"), "revoke", "root", "xyz");
    stage.assertRefused(
        ExitCode.NO,
        List.of("it is the SHA-256 of an issuer"),
        "revoke",
        "root",
        Statuses.OLD_ISSUER);
    stage.assertRefused(ExitCode.NO, List.of("name all 64 digits"), "revoke", "root", "cccccccc");
  }
}

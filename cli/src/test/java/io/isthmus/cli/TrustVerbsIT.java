package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.cli.link.TwoServers;
import io.isthmus.cli.trust.Published;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code isthmus trust} as it is typed; what control planes answer is written by the test. */
class TrustVerbsIT {
  @TempDir Path directory;
  private TwoServers servers;
  private final Statuses statuses = new Statuses(Instant.now());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @SuppressWarnings("NullAway.Init")
  TrustVerbsIT() {}

  @BeforeEach
  void link() throws IOException {
    servers = new TwoServers(directory);
    servers.linking().create();
    say(servers.west(), "west", statuses.steady(7, statuses.enforced(7, 3)));
    say(servers.west(), "east", statuses.steady(3, statuses.enforced(3, 3)));
    say(servers.east(), "east", statuses.steady(3, statuses.enforced(3, 2)));
    say(servers.east(), "west", statuses.steady(7, statuses.enforced(7, 2)));
    sayOfEast(statuses.enforced(7, 2));
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  private static void say(KubernetesClient client, String name, TrustDomainStatus status) {
    TrustDomain domain = client.resources(TrustDomain.class).withName(name).get();
    domain.setStatus(status);
    client.resource(domain).updateStatus();
  }

  /** What the Link in west says of east's proxies. */
  private void sayOfEast(TrustEnforcement enforcement) {
    Link link =
        servers.west().resources(Link.class).inNamespace(TwoServers.SYSTEM).withName("east").get();
    link.setStatus(new LinkStatus(List.of(), List.of(), 0, 0, enforcement, null));
    servers.west().resource(link).updateStatus();
  }

  private TrustDomainSpec west() {
    return servers.west().resources(TrustDomain.class).withName("west").get().getSpec();
  }

  private TrustDomainSpec.Rotation rotation() {
    TrustDomainSpec.Rotation asked = west().rotation();
    assertThat(asked).isNotNull();
    return java.util.Objects.requireNonNull(asked);
  }

  private int trust(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("--kubeconfig", servers.kubeconfig().toString(), "trust"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--context", "west-context"));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = IsthmusCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(line.toArray(String[]::new));
  }

  private void assertRefused(int code, int expected, String... texts) {
    assertThat(code).as(out + "" + err).isEqualTo(expected);
    assertThat(err.toString()).contains(texts).contains("why: ", "try: ");
  }

  // ---- status

  @Test
  void statusFollowsTheLinksToEveryCluster() throws IOException {
    assertThat(trust("status")).as(out.toString()).isEqualTo(ExitCode.YES);
    assertThat(out.toString())
        .contains("cluster west", "cluster east", "All is steady.")
        .containsPattern("west.demo +east +7 +2 of 2");
  }

  @Test
  void statusNamesTheClusterThatDoesNotAnswer() throws IOException {
    servers.stopEast();
    assertThat(trust("status")).isEqualTo(ExitCode.NO);
    assertThat(out.toString())
        .contains("east was not asked (Link isthmus-system/east of west): ")
        .contains("its API server cannot be reached")
        .containsPattern("west.demo +east +7 +2 of 2"); // by the Link
    servers.startEast();
  }

  @Test
  void statusTakesSeveralContextsAndPrintsData() throws IOException {
    assertThat(trust("status", "--context", "east-context", "-o", "json")).isEqualTo(ExitCode.YES);
    assertThat(out.toString())
        .startsWith("{")
        .contains("\"trustDomains\"", "\"notAsked\":[]", "\"wrong\":[]", Statuses.OLD_ISSUER);
  }

  @Test
  void statusWithoutAnyClusterIsUnreachable() throws IOException {
    servers.stopEast();
    List<String> line =
        List.of("--kubeconfig", servers.kubeconfig().toString(), "--context", "east-context");
    CommandLine command = IsthmusCommand.commandLine();
    command.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(line);
    all.addAll(List.of("trust", "status"));
    assertRefused(
        command.execute(all.toArray(String[]::new)), ExitCode.UNREACHABLE, "context east-context");
    servers.startEast();
  }

  // ---- rotate, abort, leave-behind

  @Test
  void rotationIsAskedForOnce() throws IOException {
    assertThat(trust("rotate", "root", "--id", "r1")).isEqualTo(ExitCode.YES);
    assertThat(rotation().request()).isEqualTo("Root");
    assertThat(rotation().id()).isEqualTo("r1");

    assertThat(trust("rotate", "root", "--id", "r1")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("The rotation r1 is asked for already.");
  }

  @Test
  void rotationThatWasAskedForIsNotReplaced() throws IOException {
    trust("rotate", "root", "--id", "r1");
    assertRefused(trust("rotate", "issuer"), ExitCode.NO, "r1 is asked for, and has not begun");

    say(
        servers.west(),
        "west",
        statuses.rotation("DualTrust", "r1", List.of(), statuses.enforced(7, 3)));
    assertRefused(
        trust("rotate", "issuer"), ExitCode.NO, "the rotation r1 of the root is in DualTrust");
    assertThat(rotation().id()).isEqualTo("r1");
  }

  @Test
  void planChangesNothingAndSaysWhatWouldHoldIt() throws IOException {
    sayOfEast(statuses.enforced(7, 2, "shop/pay-1 (reports nothing)"));
    assertThat(trust("rotate", "root", "--plan")).isEqualTo(ExitCode.YES);
    assertThat(out.toString())
        .contains("1. Prepared", "5. Retired", "west, east")
        .contains("it would be held there by:", "east/shop/pay-1 (reports nothing)");
    assertThat(west().rotation()).isNull();
  }

  @Test
  void dryRunPrintsTheObjectAndChangesNothing() throws IOException {
    assertThat(trust("rotate", "issuer", "--id", "i1", "--dry-run")).isEqualTo(ExitCode.YES);
    assertThat(out.toString())
        .contains("kind: \"TrustDomain\"", "name: \"west\"", "request: \"Issuer\"", "id: \"i1\"");
    assertThat(west().rotation()).isNull();
  }

  @Test
  void waitingEndsWhereTheRotationHasEnded() throws IOException {
    trust("rotate", "root", "--id", "r1");
    say(
        servers.west(),
        "west",
        statuses.rotation("Steady", "r1", List.of(), statuses.enforced(7, 3)));
    assertThat(trust("rotate", "root", "--id", "r1", "--wait")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("Steady", "Over: the old root is gone.");
  }

  @Test
  void waitingThatIsOverTimeNamesWhatHolds() throws IOException {
    trust("rotate", "root", "--id", "r1");
    say(
        servers.west(),
        "west",
        statuses.rotation(
            "DualTrust", "r1", List.of("east has not reported yet"), statuses.enforced(7, 3)));
    assertRefused(
        trust("rotate", "root", "--id", "r1", "--wait", "--timeout", "0s"),
        ExitCode.NO,
        "not there after 0 s",
        "it waits for east has not reported yet");
  }

  @Test
  void abortIsOfARotationThatRuns() throws IOException {
    assertRefused(
        trust("abort"), ExitCode.NO, "nothing to abort", "no rotation was ever asked for");
    trust("rotate", "root", "--id", "r1");
    say(
        servers.west(),
        "west",
        statuses.rotation("DualTrust", "r1", List.of(), statuses.enforced(7, 3)));

    assertThat(trust("abort")).isEqualTo(ExitCode.YES);
    assertThat(rotation().abort()).isTrue();
    assertThat(trust("abort")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("taken back already");

    assertThat(trust("rotate", "root", "--id", "r1")).isEqualTo(ExitCode.YES); // forward again
    assertThat(rotation().abort()).isFalse();
  }

  @Test
  void rotationThatNobodyAskedForIsTakenBackByItsName() throws IOException {
    say(
        servers.west(),
        "west",
        statuses.rotation("DualTrust", "auto-b1b1b1b1", List.of(), statuses.enforced(7, 3)));
    assertRefused(trust("rotate", "root"), ExitCode.NO, "the rotation auto-b1b1b1b1");
    assertThat(trust("leave-behind", "east", "--yes")).as("" + err).isEqualTo(ExitCode.YES);
    assertThat(trust("abort")).as("" + err).isEqualTo(ExitCode.YES);
    assertThat(rotation().id()).isEqualTo("auto-b1b1b1b1");
    assertThat(rotation().request()).isEqualTo("Root");
    assertThat(rotation().leaveBehind()).containsExactly("east");
    assertThat(rotation().abort()).isTrue();
  }

  @Test
  void nextRotationBeginsWithEverybodyAndForward() throws IOException {
    trust("rotate", "root", "--id", "r1");
    say(
        servers.west(),
        "west",
        statuses.rotation("DualTrust", "r1", List.of(), statuses.enforced(7, 3)));
    trust("leave-behind", "east", "--yes");
    trust("abort");
    say(
        servers.west(),
        "west",
        statuses.rotation("Steady", "r1", List.of(), statuses.enforced(7, 3)));

    assertRefused(trust("rotate", "root", "--id", "r1"), ExitCode.NO, "r1 was taken back");
    assertThat(trust("rotate", "root", "--id", "r2")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("east was left behind before, and is waited for again.");
    assertThat(rotation().leaveBehind()).isEmpty();
    assertThat(rotation().abort()).isFalse();
  }

  @Test
  void clusterIsLeftBehindOnlyOnAWordAndByItsLink() throws IOException {
    assertRefused(trust("leave-behind", "west"), ExitCode.NO, "its own proxies");
    assertRefused(trust("leave-behind", "nroth"), ExitCode.NO, "those linked are [east]");
    assertRefused(trust("leave-behind", "east"), ExitCode.NO, "no rotation of west.demo");
    trust("rotate", "root", "--id", "r1");
    say(
        servers.west(),
        "west",
        statuses.rotation("DualTrust", "r1", List.of(), statuses.enforced(7, 3)));

    assertRefused(trust("leave-behind", "east"), ExitCode.USAGE, "add --yes");
    assertThat(out.toString()).contains("calls between the two fail");
    assertThat(rotation().leaveBehind()).isEmpty();
    assertThat(trust("leave-behind", "east", "--yes")).isEqualTo(ExitCode.YES);
    assertThat(rotation().leaveBehind()).containsExactly("east");
    assertThat(trust("leave-behind", "east", "--yes")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("left behind already");
    assertThat(trust("leave-behind", "east", "--undo")).isEqualTo(ExitCode.YES);
    assertThat(rotation().leaveBehind()).isEmpty();
  }

  // ---- revoke

  @Test
  void whatIsInUseIsNotRevokedWithoutAWord() throws IOException {
    assertRefused(
        trust("revoke", "issuer", "--yes"),
        ExitCode.NO,
        "cannot revoke the issuer b1b1b1b1b1b1 without an outage",
        "3 proxies of west are refused",
        "2 proxies of east",
        "--break");
    assertRefused(
        trust("revoke", "root", "--yes"), ExitCode.NO, "4 connections of proxies in east");
    assertThat(west().revoked()).isEmpty();
  }

  @Test
  void emergencyIsWrittenAndSaysWhereItIsEnforced() throws IOException {
    Published.revoking(servers.west(), 8, Statuses.OLD_ISSUER);
    say(servers.west(), "west", statuses.steady(8, statuses.enforced(8, 3)));
    sayOfEast(statuses.enforced(8, 2));
    assertRefused(trust("revoke", "issuer", "--break"), ExitCode.USAGE, "add --yes");
    assertThat(out.toString()).contains("What stops:", "makes a new issuer under the same root");
    assertThat(west().revoked()).isEmpty();

    assertThat(trust("revoke", "issuer", "--yes", "--break")).as("" + err).isEqualTo(ExitCode.YES);
    assertThat(west().revoked()).containsExactly(Statuses.OLD_ISSUER);
    assertThat(out.toString())
        .contains("Published with sequence 8.")
        .contains("Enforced by all 3 proxies that are connected in west.")
        .contains("Enforced by all 2 proxies that are connected in east.");
  }

  @Test
  void whereItDidNotReachIsNamedAndRepeatingLooksAgain() throws IOException {
    Published.revoking(servers.west(), 8, Statuses.OLD_ISSUER);
    say(servers.west(), "west", statuses.steady(8, statuses.enforced(8, 3)));
    sayOfEast(statuses.enforced(7, 2));

    assertThat(trust("revoke", "issuer", "--yes", "--break", "--timeout", "0s"))
        .isEqualTo(ExitCode.NO);
    assertThat(out.toString())
        .contains("Not reached within 0 s:", "east hands out sequence 7, expected 8");

    sayOfEast(statuses.enforced(8, 2));
    assertThat(trust("revoke", "issuer", Statuses.OLD_ISSUER.substring(0, 8)))
        .isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("is revoked already");
    assertThat(west().revoked()).containsExactly(Statuses.OLD_ISSUER);
  }

  @Test
  void controlPlaneThatDoesNotPublishItIsSaid() throws IOException {
    assertRefused(
        trust("revoke", "root", "--yes", "--break", "--timeout", "0s"),
        ExitCode.NO,
        "has not published it",
        "it is written in spec.revoked and stays there");
    assertThat(west().revoked()).containsExactly(Statuses.OLD_ROOT);
  }

  @Test
  void oldRootIsTheOneThatIsMeantAfterTheSwitch() throws IOException {
    say(
        servers.west(),
        "west",
        statuses.rotation("Switched", "r1", List.of(), statuses.enforced(7, 3)));
    assertThat(trust("revoke", "root", "--dry-run")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("revoked:", "- \"" + Statuses.OLD_ROOT);
  }

  @Test
  void rotationInDualTrustSwitchesFirstOrSaysWhoHoldsIt() throws IOException {
    say(
        servers.west(),
        "west",
        statuses.rotation(
            "DualTrust", "r1", List.of("east has not reported yet"), statuses.enforced(7, 3)));
    assertRefused(
        trust("revoke", "root", "--yes", "--timeout", "0s"),
        ExitCode.NO,
        "it waits for east has not reported yet");
    assertThat(out.toString()).contains("First the rotation that is under way switches");
    assertThat(west().revoked()).isEmpty();
  }

  @Test
  void digestThatIsNoneOrOfAnotherKindIsRefused() throws IOException {
    assertRefused(trust("revoke", "root", "xyz"), ExitCode.USAGE, "is no SHA-256");
    assertRefused(
        trust("revoke", "root", Statuses.OLD_ISSUER),
        ExitCode.NO,
        "it is the SHA-256 of an issuer");
    assertRefused(trust("revoke", "root", "cccccccc"), ExitCode.NO, "name all 64 digits");
  }

  @Test
  void verbOfOneClusterTakesOneContext() throws IOException {
    assertRefused(
        trust("abort", "--context", "east-context"),
        ExitCode.USAGE,
        "this verb is about one cluster");
  }
}

package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.link.TwoServers;
import io.isthmus.cli.trust.Published;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust install-issuer}: what it writes, and what it waits for. */
class TrustInstallIssuerIT {
  @TempDir Path directory;
  private InstallStage offer;
  private Made issuer;

  @SuppressWarnings("NullAway.Init")
  TrustInstallIssuerIT() {}

  @BeforeEach
  void start() throws IOException {
    offer = new InstallStage(directory);
    issuer = offer.issuer().signedBy(offer.root);
  }

  @AfterEach
  void stop() {
    offer.close();
  }

  private List<String> line(String... more) throws IOException {
    return offer.line(issuer, offer.root, offer.key(), more);
  }

  private String offered(String key) {
    return offer.value(offer.secret(InstallStage.OFFERED), key);
  }

  @Test
  void issuerIsOfferedAndTheTrustDomainNamesItsSecret() throws IOException {
    offer.assertRefused(ExitCode.USAGE, List.of("add --yes"), line());
    assertThat(offer.secret(InstallStage.OFFERED)).isNull();

    offer.assertDone(line("--yes"));
    assertThat(offer.secret(InstallStage.OFFERED).getData())
        .containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
    TrustDomainSpec.Operator operator = Objects.requireNonNull(offer.operator());
    assertThat(operator.issuerSecretRef().name()).isEqualTo(InstallStage.OFFERED);
    assertThat(operator.leafLifetime()).isEqualTo("24h");
    assertThat(Objects.requireNonNull(offer.stage.object().getSpec().authority()).managed())
        .isNull();

    offer.stage.say(offer.uses(issuer, offer.root, InstallStage.rotationTo(issuer)));
    offer.assertDone(line("--wait"));
    assertThat(offer.stage.out())
        .contains("It is installed already.", "Over: leaves come from this");
    offer.stage.assertRefused(
        ExitCode.NO,
        List.of("its issuers are made elsewhere", "isthmus trust install-issuer"),
        "rotate",
        "issuer");
  }

  @Test
  void waitingEndsWhereTheControlPlaneDoesNotTakeIt() throws IOException {
    String why =
        "Secret isthmus-system/isthmus-operator-issuer: the issuer %s is refused: peers would refuse its leaves"
            .formatted(Fingerprint.of(issuer.certificate()));
    offer.stage.say(offer.refuses(why));
    offer.assertRefused(
        ExitCode.NO,
        List.of("the control plane does not take the issuer", "why: " + why),
        line("--yes", "--wait"));
    assertThat(offer.stage.out()).contains("Installed.");
  }

  @Test
  void refusalOfAFormerIssuerIsNotTakenForOneOfThis() throws IOException {
    offer.stage.say(offer.refuses("the issuer " + "ab".repeat(32) + " is refused: it has ended"));
    offer.assertRefused(
        ExitCode.NO,
        List.of("not there after 0 s: west.demo is in Steady"),
        line("--yes", "--wait", "--timeout", "0s"));
  }

  @Test
  void issuerThatIsRevokedWhileItIsWaitedForIsSaid() throws IOException {
    String[] line = line("--yes", "--wait").toArray(String[]::new);
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> offer.stage.trust(line));
    await("it is installed").until(() -> offer.operator() != null);
    offer.spec(null, List.of(Fingerprint.of(issuer.certificate())));
    Made old = offer.authority("old").signedBy(offer.root);
    offer.stage.say(offer.uses(old, offer.root, InstallStage.rotationTo(issuer)));
    assertThat(exit.join()).isEqualTo(ExitCode.NO);
    assertThat(offer.stage.err())
        .contains("leaves do not come from the issuer", "somebody revoked it meanwhile");
  }

  @Test
  void requestThatAnInterruptedInstallationLeftIsForgottenByRepeatingIt() throws IOException {
    offer.assertDone(line("--yes"));
    offer.stage.say(offer.uses(issuer, offer.root, InstallStage.rotationTo(issuer)));
    offer
        .stage
        .west()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(TwoServers.SYSTEM)
                .withName(InstallStage.REQUEST)
                .endMetadata()
                .addToData(
                    "tls.key",
                    Base64.getEncoder().encodeToString(Pem.encode(offer.key()).getBytes(US_ASCII)))
                .build())
        .create();
    offer.assertDone(line("--yes"));
    assertThat(offer.secret(InstallStage.REQUEST)).isNull();
  }

  @Test
  void nextIssuerOfTheSameRootNeedsNoRootAndAFormerAbortIsTakenAway() throws IOException {
    offer.assertDone(line("--yes"));
    offer.stage.say(offer.uses(issuer, offer.root, "r1"));
    Published.write(offer.stage.west(), InstallStage.bundle(offer.root));
    offer.spec(new TrustDomainSpec.Rotation("Root", "r1", true, List.of(), List.of()), List.of());

    Made second = offer.issuer().uris("spiffe://west.demo").signedBy(offer.root);
    List<String> line = offer.withoutRoot(second, offer.key(), "--yes");
    List<String> plan = new ArrayList<>(line);
    plan.add("--plan");
    offer.assertDone(plan);
    assertThat(offer.stage.out())
        .contains(
            "The issuer of west.demo", "1. Prepared   stored: this issuer", "in place of what");
    assertThat(offered("tls.crt")).isEqualTo(Pem.encode(issuer.certificate()));

    offer.assertDone(line);
    assertThat(offered("tls.crt")).isEqualTo(Pem.encode(second.certificate()));
    assertThat(offer.stage.rotation().abort()).isFalse();
    assertThat(offer.stage.rotation().id()).isEqualTo("r1");
  }

  @Test
  void dryRunPrintsWhatIsWrittenButNotTheKey() throws IOException {
    offer.assertDone(line("--dry-run", "--wait"));
    assertThat(offer.stage.out())
        .contains(
            "kind: \"Secret\"", "ca.crt", "kubectl patch trustdomain west", "issuerSecretRef:")
        .contains("path: \"/spec/authority/managed\"", "# first add the issuer's key")
        .doesNotContain("tls.key:");
    assertThat(offer.secret(InstallStage.OFFERED)).isNull();
  }

  @Test
  void whatWasBrokenOffIsEndedByRepeating() throws IOException {
    offer.assertDone(line("--yes"));
    var west = offer.stage.object(); // as if it had not come so far
    west.setSpec(TrustDomainSpec.own("west.demo"));
    offer.stage.west().resource(west).update();
    List<String> again = line("--yes");
    again.remove("--key");
    again.remove(directory.resolve("issuer.key").toString()); // it is in the Secret
    offer.assertDone(again);
    assertThat(Objects.requireNonNull(offer.operator()).issuerSecretRef().name())
        .isEqualTo(InstallStage.OFFERED);
  }
}

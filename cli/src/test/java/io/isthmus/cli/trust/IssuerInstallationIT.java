package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.Condition;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.CommandException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several operators at once, on an API server that really compares resourceVersions. */
@ExtendWith(RealApiServerExtension.class)
class IssuerInstallationIT {
  private static final String SYSTEM = "isthmus-system";
  private static final String OFFERED = "isthmus-operator-issuer";
  private static final String REQUEST = "isthmus-operator-issuer-request";

  private final Instant now = Instant.now();
  private final Statuses statuses = new Statuses(now);
  private final Made root = authority("offline root").selfSigned();
  private KubernetesClient client;

  @SuppressWarnings("NullAway.Init")
  IssuerInstallationIT() {}

  @BeforeEach
  void start(RealApiServer server) {
    client = server.admin();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .createOr(NonDeletingOperation::update);
    client.resources(TrustDomain.class).delete();
    client.secrets().inNamespace(SYSTEM).delete();
    TrustDomain made = new TrustDomain();
    made.setMetadata(new ObjectMetaBuilder().withName("west").build());
    made.setSpec(TrustDomainSpec.own("west.demo"));
    client.resource(made).create();
    say(statuses.steady(7, statuses.enforced(7, 1)));
  }

  private CertificateRecipe authority(String name) {
    return CertificateRecipe.authority(name, now)
        .valid(now.minusSeconds(300), now.plus(Duration.ofDays(30)));
  }

  private OwnDomain own() {
    return OwnDomain.find(client, SYSTEM);
  }

  private void say(TrustDomainStatus status) {
    TrustDomain domain = own().object();
    domain.setStatus(status);
    client.resource(domain).updateStatus();
  }

  /** What the control plane does all the time. */
  private void sayTheSameLater() {
    say(new Statuses(now.plusSeconds(1)).steady(7, statuses.enforced(7, 1)));
  }

  /** As one operator has it after the checks, and before he was asked. */
  private IssuerInstallation checked(Made issuer) {
    OwnDomain own = own();
    IssuerSecrets secrets = IssuerSecrets.of(own);
    IssuerInstallation installation =
        new IssuerInstallation(
            own,
            secrets,
            IssuerOffer.of(
                own,
                secrets,
                Pem.encode(issuer.certificate()),
                Optional.of(Pem.encode(root.certificate())),
                Optional.of(Pem.encode(issuer.privateKey())),
                now));
    installation.check();
    return installation;
  }

  private Made issuer(String name) {
    return authority(name).signedBy(root);
  }

  private Secret secret(String name) {
    return client.secrets().inNamespace(SYSTEM).withName(name).get();
  }

  private String offered() {
    return new String(
        Base64.getDecoder().decode(secret(OFFERED).getData().get("tls.crt")), US_ASCII);
  }

  private static void assertRefused(Runnable write, String what, String why) {
    assertThatThrownBy(write::run)
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.why()).isEqualTo(why))
        .hasMessage(what);
  }

  @Test
  void ofTwoAtOnceTheSecondIsToldAndOverwritesNothing() {
    Made one = issuer("one");
    IssuerInstallation first = checked(one);
    IssuerInstallation second = checked(issuer("two"));
    first.write();
    assertRefused(
        second::write,
        "nothing was written to the Secret isthmus-system/isthmus-operator-issuer",
        "somebody else wrote it meanwhile");
    assertThat(offered()).isEqualTo(Pem.encode(one.certificate()));

    Made three = issuer("three"); // now over a Secret that is there
    IssuerInstallation third = checked(three);
    IssuerInstallation fourth = checked(issuer("four"));
    third.write();
    assertRefused(
        fourth::write,
        "nothing was written to the Secret isthmus-system/isthmus-operator-issuer",
        "somebody else wrote it meanwhile");
    assertThat(offered()).isEqualTo(Pem.encode(three.certificate()));
  }

  @Test
  void secretThatWasDeletedMeanwhileIsNotMadeAnew() {
    checked(issuer("one")).write();
    IssuerInstallation next = checked(issuer("two"));
    client.secrets().inNamespace(SYSTEM).withName(OFFERED).delete();
    assertRefused(
        next::write,
        "nothing was written to the Secret isthmus-system/isthmus-operator-issuer",
        "somebody else wrote it meanwhile");
    assertThat(secret(OFFERED)).isNull();
  }

  @Test
  void thatTheControlPlaneWroteItsStatusMeanwhileIsNoConflict() {
    Made issuer = issuer("one");
    IssuerInstallation installation = checked(issuer);
    sayTheSameLater();
    installation.unchanged().write();
    assertThat(offered()).isEqualTo(Pem.encode(issuer.certificate()));
    assertThat(own().issuesFromAnOperator()).isTrue();
  }

  @Test
  void specThatSomebodyChangedMeanwhileIsToldBeforeTheSecretIsWritten() {
    IssuerInstallation installation = checked(issuer("one"));
    own().write(Map.of("revoked", List.of("ab".repeat(32))));
    assertRefused(
        installation::unchanged,
        "nothing was written to the TrustDomain west",
        "somebody else changed its spec meanwhile");
    assertThat(secret(OFFERED)).isNull();
  }

  @Test
  void rotationThatBeganMeanwhileIsSeen() {
    IssuerInstallation installation = checked(issuer("one"));
    say(statuses.rotation("DualTrust", "auto-b1b1b1b1", List.of(), statuses.enforced(7, 1)));
    assertRefused(
        () -> installation.unchanged().check(),
        "cannot install an issuer now",
        "the rotation auto-b1b1b1b1 is in DualTrust: expected Steady");
  }

  @Test
  void ofTwoRequestsAtOnceOneIsMade() {
    IssuerSecrets one = IssuerSecrets.of(own());
    IssuerSecrets other = IssuerSecrets.of(own());
    String request = one.newRequest(KnownBundle.name("west.demo"));
    assertRefused(
        () -> other.newRequest(KnownBundle.name("west.demo")),
        "nothing was written to the Secret isthmus-system/isthmus-operator-issuer-request",
        "somebody else wrote it meanwhile");
    assertThat(other.again().request()).contains(request);
  }

  @Test
  void requestThatTookThePlaceOfTheOneThatWasSignedIsKept() {
    IssuerSecrets seen = IssuerSecrets.of(own());
    seen.newRequest(KnownBundle.name("west.demo"));
    IssuerSecrets signed = seen.again();
    client.secrets().inNamespace(SYSTEM).withName(REQUEST).delete();
    String next = signed.again().newRequest(KnownBundle.name("west.demo"));
    signed.forgetRequest(signed.requestedKey().orElseThrow());
    assertThat(signed.again().request()).contains(next);
    IssuerSecrets latest = signed.again();
    latest.forgetRequest(latest.requestedKey().orElseThrow());
    assertThat(secret(REQUEST)).isNull();
  }

  @Test
  void whoWaitsForAnIssuerThatSomebodyReplacedIsTold() {
    IssuerInstallation installation = checked(issuer("one"));
    installation.write();
    checked(issuer("two")).write();
    TrustDomainStatus steady = statuses.steady(7, statuses.enforced(7, 1));
    say(
        new TrustDomainStatus(
            steady.phase(),
            steady.bundle(),
            steady.anchors(),
            steady.issuer(),
            null,
            List.of(
                new Condition(
                    TrustDomainStatus.READY,
                    Condition.FALSE,
                    TrustDomainStatus.ISSUER_REFUSED,
                    "it is another one",
                    null,
                    "2026-11-27T12:00:00Z")),
            steady.enforcement()));
    assertThatThrownBy(() -> installation.isOver(own()))
        .isInstanceOfSatisfying(
            CommandException.class,
            e ->
                assertThat(e.why())
                    .isEqualTo(
                        "somebody else wrote the Secret isthmus-system/isthmus-operator-issuer meanwhile"));
  }
}

package io.isthmus.control.rotation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.authority.AuthorityException;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.AuthorityStore;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.state.Mesh;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator's issuers, whose root is offline, on fabric8's in-memory API server. */
final class OperatorIssuerIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Mesh MESH =
      new Mesh("east", io.isthmus.certs.TrustDomain.of("east.test"), "cluster.local", SYSTEM);
  private static final AuthorityForm FORM =
      new AuthorityForm.Operator("offline-issuer", Duration.ofHours(1));

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final TrustDomain own = new TrustDomain();
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Made root = CertificateRecipe.authority("offline root", now).selfSigned();
  private final Made first = issuer("first").signedBy(root);

  OperatorIssuerIT() {
    own.setMetadata(new ObjectMetaBuilder().withName("east").build());
    own.setSpec(
        new TrustDomainSpec(
            "east.test",
            new TrustDomainSpec.Authority(
                null,
                new TrustDomainSpec.Operator(
                    new TrustDomainSpec.SecretRef("offline-issuer"), "1h")),
            null,
            null));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private CertificateRecipe issuer(String name) {
    return CertificateRecipe.authority(name, now);
  }

  private void put(Made issuer, Made anchor) {
    put(Pem.encode(issuer.certificate()), issuer, Pem.encode(anchor.certificate()));
  }

  private void put(String chain, Made issuer, String anchor) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName("offline-issuer")
                .endMetadata()
                .withData(
                    Map.of(
                        "tls.crt", base64(chain),
                        "tls.key", base64(Pem.encode(issuer.privateKey())),
                        "ca.crt", base64(anchor)))
                .build())
        .createOr(existing -> existing.update());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  private LiveAuthority live() throws AuthorityException {
    AuthorityStore store = new AuthorityStore(client, MESH, () -> FORM, () -> now);
    return new LiveAuthority(store, store.load(Optional.empty()), Runnable::run, () -> now);
  }

  /** With an issuer that ends then. */
  private LiveAuthority liveUntil(Instant end, Made under) throws AuthorityException {
    put(issuer("short").valid(now, end).signedBy(under), under);
    return live();
  }

  private RotationController controller(LiveAuthority live) {
    return new RotationController(
        live,
        new RotationController.Sources(
            "east", () -> Optional.of(own), List::of, () -> FORM, FORM::leaf, false),
        look -> {},
        () -> now);
  }

  private void look(RotationController controller) {
    now = now.plusSeconds(6);
    controller.round();
  }

  /** All that the last report says lasts for as long as it has to. */
  private void settle(RotationController controller) {
    look(controller);
    now = now.plus(RotationPlan.settling(FORM.leaf()));
    controller.round();
  }

  /** All proxies enforce what is published, and have leaves of the active issuer. */
  private void report(LiveAuthority live) {
    report(live, Fingerprint.of(live.issuer().certificate()));
  }

  private void report(LiveAuthority live, String issuer) {
    own.setStatus(
        new TrustDomainStatus(
            null,
            null,
            List.of(),
            null,
            null,
            List.of(),
            new TrustEnforcement(
                Map.of(
                    "replica-0",
                    new TrustEnforcement.Reporter(
                        live.current().bundle().sequence(),
                        live.current().bundle().digest(),
                        1,
                        1,
                        0,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(
                            new TrustEnforcement.LeavesByIssuer(
                                issuer, 1, now.plusSeconds(3_600).toString())),
                        List.of(),
                        0,
                        now.toString())))));
  }

  @Test
  void nothingIsIssuedBeforeThereIsAnIssuer() {
    assertThatThrownBy(this::live)
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("Secret isthmus-system/offline-issuer is not there");
    assertThat(client.secrets().inNamespace(SYSTEM).list().getItems()).isEmpty();
  }

  @Test
  void firstIssuerIsUsedAndTheRootIsPublishedWithoutItsKey() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    assertThat(live.current().bundle().anchors()).containsExactly(root.certificate());
    Secret stored = client.secrets().inNamespace(SYSTEM).withName(ObjectNames.ROOT_SECRET).get();
    assertThat(stored.getData()).containsEntry("tls.key", "");
    look(controller(live));
    assertThat(live.current().rotation()).isEqualTo(Rotation.NONE);
    assertThat(live().issuer().certificate()).isEqualTo(first.certificate()); // read back
  }

  @Test
  void nextIssuerUnderTheSameRootIsUsedOnEvidence() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    Made second = issuer("second").signedBy(root);
    put(second, root);
    look(controller);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.PREPARED);
    assertThat(live.current().rotation().kind()).isEqualTo(Rotation.Kind.ISSUER);
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    look(controller);
    report(live);
    settle(controller);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.SWITCHED);
    assertThat(live.issuer().certificate()).isEqualTo(second.certificate());
  }

  @Test
  void anotherRootIsPublishedAndAcknowledgedBeforeItsIssuerIsUsed() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    Made second = issuer("second").signedBy(other);
    put(second, other);
    look(controller);
    assertThat(live.current().rotation().kind()).isEqualTo(Rotation.Kind.ROOT);
    look(controller);
    assertThat(live.current().bundle().anchors())
        .containsExactlyInAnyOrder(root.certificate(), other.certificate());
    look(controller);
    assertThat(controller.waitingFor()).containsExactly("east has not reported yet");
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    report(live);
    settle(controller);
    assertThat(live.issuer().certificate()).isEqualTo(second.certificate());
    for (int i = 0; i < 8 && live.current().rotation().phase() != Phase.STEADY; i++) {
      now = now.plus(Duration.ofHours(1));
      report(live);
      settle(controller);
    }
    look(controller);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.STEADY);
    assertThat(live.current().bundle().anchors()).containsExactly(other.certificate());
    assertThat(live.current().roots().all()).hasSize(1);
  }

  @Test
  void issuerThatIsNotGoodLeavesTheOneInUseAndSaysWhy() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    put(issuer("second").keyUsage(KeyUsage.digitalSignature).signedBy(root), root);
    look(controller);
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    assertThat(live.current().rotation()).isEqualTo(Rotation.NONE);
    assertThat(live.offerProblem())
        .hasValueSatisfying(problem ->
            assertThat(problem)
                .contains(
                    "Secret isthmus-system/offline-issuer",
                    "\"CN=second\" has not the key usage keyCertSign",
                    "the issuer in use stays"));
    put(first, root);
    look(controller);
    assertThat(live.offerProblem()).isEmpty();
  }

  @Test
  void rootThatHasTheKeyOfTheOneInUseIsRefusedUnderAnyName() throws AuthorityException {
    KeyPair keys = CertificateRequest.newKeyPair();
    Made old = CertificateRecipe.authority("offline root", now).key(keys).selfSigned();
    put(issuer("first").signedBy(old), old);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    for (String name : List.of("offline root", "renewed root")) {
      Made renewed = CertificateRecipe.authority(name, now).key(keys).selfSigned();
      put(issuer("next").signedBy(renewed), renewed);
      look(controller);
      assertThat(live.offerProblem())
          .hasValueSatisfying(text ->
              assertThat(text)
                  .contains(
                      Fingerprint.of(renewed.certificate()),
                      "has the key of root " + Fingerprint.of(old.certificate())));
      assertThat(live.current().rotation()).isEqualTo(Rotation.NONE);
      assertThat(live.current().bundle().anchors()).containsExactly(old.certificate());
    }
  }

  private void revoke(Made made) {
    TrustDomain stored = new TrustDomain();
    stored.setMetadata(new ObjectMetaBuilder().withName("east").build());
    stored.setSpec(
        new TrustDomainSpec(
            "east.test",
            own.getSpec().authority(),
            null,
            null,
            List.of(Fingerprint.of(made.certificate()))));
    client.resource(stored).createOr(existing -> existing.update());
  }

  @Test
  void issuerBelowWhatIsRevokedIsRefused() throws AuthorityException {
    put(first, root);
    Made between = issuer("between").signedBy(root);
    revoke(between);
    LiveAuthority live = live();
    Made next = issuer("next").signedBy(between);
    put(
        Pem.encode(next.certificate()) + Pem.encode(between.certificate()),
        next,
        Pem.encode(root.certificate()));
    look(controller(live));
    assertThat(live.offerProblem())
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains(
                    "the issuer " + Fingerprint.of(next.certificate()) + " is refused",
                    "\"CN=between\" is revoked"));
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
  }

  @Test
  void expiredIssuerIsReplacedAtOnceByWhatIsOffered() throws AuthorityException {
    Made lasting =
        CertificateRecipe.authority("lasting root", now)
            .valid(now, now.plus(Duration.ofDays(30)))
            .selfSigned();
    Instant end = now.plus(Duration.ofDays(2));
    LiveAuthority live = liveUntil(end, lasting);
    now = end;
    live.refresh();
    assertThat(live.problem().orElseThrow()).contains("offline-issuer", end.toString());

    Made next = issuer("next").signedBy(lasting);
    put(next, lasting);
    live.refresh();
    assertThat(live.issuer().certificate()).isEqualTo(next.certificate());
    assertThat(live.problem()).isEmpty();
  }

  @Test
  void expiredIssuerGivesWayToTheOneThatWaitsUnderAnotherRoot() throws AuthorityException {
    Instant end = now.plus(Duration.ofHours(12));
    LiveAuthority live = liveUntil(end, root);
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    Made second = issuer("second").signedBy(other);
    put(second, other);
    RotationController controller = controller(live);
    look(controller);
    look(controller);
    assertThat(live.current().issuers().next()).isPresent();
    now = end;
    live.refresh();

    assertThat(live.issuer().certificate()).isEqualTo(second.certificate());
    assertThat(live.current().bundle().anchors())
        .containsExactlyInAnyOrder(other.certificate(), root.certificate());
    assertThat(live.current().issuers().all()).hasSize(2);
  }

  @Test
  void expiredIssuerIsNotReplacedUnderARootThatNobodyHas() throws AuthorityException {
    Instant end = now.plus(Duration.ofHours(12));
    LiveAuthority live = liveUntil(end, root);
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    now = end;
    put(issuer("second").signedBy(other), other);
    live.refresh();

    assertThat(live.current().bundle().anchors()).containsExactly(root.certificate());
    assertThat(live.problem().orElseThrow()).contains("CN=other root", "isthmus-root");
  }

  @Test
  void secretThatIsGoneLeavesTheIssuerInUse() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    client.secrets().inNamespace(SYSTEM).withName("offline-issuer").delete();
    look(controller(live));
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    assertThat(live.offerProblem())
        .hasValueSatisfying(problem -> assertThat(problem).contains("is not there"));
    assertThat(live().issuer().certificate()).isEqualTo(first.certificate());
  }

  /** To {@code phase} of a rotation to another root, and then nobody has its issuers any more. */
  private LiveAuthority lostIn(Phase phase, Made second, Made other) throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    put(second, other);
    for (int i = 0; i < 8 && live.current().rotation().phase() != phase; i++) {
      report(live);
      settle(controller);
    }
    assertThat(live.current().rotation().phase()).isEqualTo(phase);
    loseIssuers();
    return live();
  }

  @Test
  void whatIsLostBeforeTheSwitchIsReplacedByTheSwitchOnTheSameEvidence() throws AuthorityException {
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    Made second = issuer("second").signedBy(other);
    LiveAuthority live = lostIn(Phase.DUAL_TRUST, second, other);
    RotationController controller = controller(live);
    look(controller);
    assertThat(live.signer()).isEmpty();
    assertThat(live.serverIssuer().certificate()).isEqualTo(second.certificate());
    assertThat(live.current().bundle().anchors())
        .containsExactlyInAnyOrder(root.certificate(), other.certificate());
    assertThat(controller.waitingFor())
        .anySatisfy(line -> assertThat(line).contains("is lost, since Secret isthmus-issuer"));
    String lost = Fingerprint.of(first.certificate());
    report(live, lost);
    settle(controller);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.SWITCHED);
    assertThat(live.signer()).contains(second.certificate());
    report(live, lost);
    look(controller);
    assertThat(controller.waitingFor())
        .as("leaves of an issuer that nobody knows any more")
        .anySatisfy(line -> assertThat(line).contains("east has 1 leaves that the issuer"));
    for (int i = 0; i < 8 && live.current().rotation().phase() != Phase.STEADY; i++) {
      now = now.plus(Duration.ofHours(1));
      report(live);
      settle(controller);
    }
    assertThat(live.current().bundle().anchors()).containsExactly(other.certificate());
    assertThat(live.current().lost()).isEmpty();
  }

  @Test
  void rotationDoesNotGoBackToAnIssuerThatIsLost() throws AuthorityException {
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    LiveAuthority live = lostIn(Phase.SWITCHED, issuer("second").signedBy(other), other);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.DRAINING);
    RotationController controller = controller(live);
    TrustDomainSpec spec = own.getSpec();
    own.setSpec(
        new TrustDomainSpec(
            spec.trustDomain(),
            spec.authority(),
            null,
            new TrustDomainSpec.Rotation(
                "Root", live.current().rotation().id(), true, List.of(), List.of())));
    for (int i = 0; i < 3; i++) {
      report(live);
      settle(controller);
    }
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.DRAINING);
    assertThat(controller.waitingFor())
        .anySatisfy(line -> assertThat(line).contains("the rotation cannot go back to it"));
    put(issuer("third").signedBy(root), root);
    look(controller);
    assertThat(live.current().lost()).isEmpty();
    report(live);
    settle(controller);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.DUAL_TRUST);
  }

  @Test
  void secretWithoutAnyKeyIsNamedWhereNobodyOffersAnIssuer() throws AuthorityException {
    put(first, root);
    live();
    client.secrets().inNamespace(SYSTEM).withName("offline-issuer").delete();
    client
        .secrets()
        .inNamespace(SYSTEM)
        .withName(ObjectNames.ISSUER_SECRET)
        .edit(found ->
            new SecretBuilder(found)
                .addToData("tls.crt", base64(Pem.encode(root.certificate())))
                .addToData("tls.key", "")
                .build());
    assertThatThrownBy(this::live)
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("Secret isthmus-system/isthmus-issuer: no issuer in it has its key");
  }

  private void loseIssuers() {
    client.secrets().inNamespace(SYSTEM).withName(ObjectNames.ISSUER_SECRET).delete();
  }

  @Test
  void replicaThatRunsStoresWhatItKnowsAgainBeforeWhatIsOffered() throws AuthorityException {
    put(first, root);
    LiveAuthority live = live();
    put(issuer("second").signedBy(root), root);
    loseIssuers();
    live.refresh();
    assertThat(live.issuer().certificate()).isEqualTo(first.certificate());
    assertThat(live().issuer().certificate()).as("as it is stored").isEqualTo(first.certificate());
  }

  @Test
  void revokedIssuerIsNotTakenInThePlaceOfALostOne() throws AuthorityException {
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    LiveAuthority live = lostIn(Phase.DUAL_TRUST, issuer("second").signedBy(other), other);
    Made third = issuer("third").signedBy(root);
    revoke(third);
    put(third, root);
    live.refresh();
    assertThat(live.current().lost()).hasSize(1);
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.DUAL_TRUST);
  }

  @Test
  void anchorThatIsNotSelfSignedCannotStandForALostIssuerAndIsNamed() throws AuthorityException {
    Made between = issuer("between").signedBy(root);
    put(issuer("below").signedBy(between), between);
    live();
    client.secrets().inNamespace(SYSTEM).withName("offline-issuer").delete();
    loseIssuers();
    assertThatThrownBy(this::live)
        .isInstanceOf(AuthorityException.class)
        .hasMessageContainingAll("CN=between", "not self-signed", "isthmus-issuer");
  }

  /** Other clusters of the trust domain have issuers of their own under the same roots. */
  @Test
  void rootOfAnIssuerThatIsRevokedDuringARotationStaysForLeavesOfOtherClusters()
      throws AuthorityException {
    Made other = CertificateRecipe.authority("other root", now).selfSigned();
    Made second = issuer("second").signedBy(other);
    put(first, root);
    LiveAuthority live = live();
    RotationController controller = controller(live);
    put(second, other);
    for (int i = 0; i < 8 && live.current().rotation().phase() != Phase.DUAL_TRUST; i++) {
      report(live);
      settle(controller);
    }
    revoke(first);
    live.refresh();
    assertThat(live.problem()).isEmpty();
    assertThat(live.issuer().certificate()).isEqualTo(second.certificate());
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.SWITCHED);
    assertThat(live.current().bundle().anchors())
        .containsExactlyInAnyOrder(root.certificate(), other.certificate());
    for (int i = 0; i < 8 && live.current().rotation().phase() != Phase.STEADY; i++) {
      now = now.plus(Duration.ofHours(1));
      report(live);
      settle(controller);
    }
    assertThat(live.current().bundle().anchors()).containsExactly(other.certificate());
  }
}

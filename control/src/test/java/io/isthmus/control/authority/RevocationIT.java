package io.isthmus.control.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code spec.revoked} does, on fabric8's in-memory API server. */
final class RevocationIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Mesh MESH =
      new Mesh("east", io.isthmus.certs.TrustDomain.of("east.test"), "cluster.local", SYSTEM);

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private AuthorityStore store;
  private LiveAuthority live;
  private Authority before;

  @SuppressWarnings("NullAway.Init")
  RevocationIT() {}

  @BeforeEach
  void start() throws AuthorityException {
    store = newStore();
    before = store.load(Optional.empty());
    revoke();
    live = new LiveAuthority(store, before, Runnable::run, () -> now);
  }

  @AfterEach
  void stop() {
    live.close();
    api.close();
  }

  private AuthorityStore newStore() {
    return new AuthorityStore(client, MESH, () -> TestLifetimes.MANAGED, () -> now);
  }

  /** As an operator writes it, or GitOps. */
  private void revoke(String... fingerprints) {
    TrustDomainSpec own = TrustDomainSpec.own("east.test");
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("east").build());
    domain.setSpec(
        new TrustDomainSpec(own.trustDomain(), own.authority(), null, null, List.of(fingerprints)));
    client.resource(domain).createOr(existing -> existing.update());
  }

  private static String issuer(Authority authority) {
    return Fingerprint.of(authority.issuer().certificate());
  }

  private static String root(Authority authority) {
    return Fingerprint.of(authority.root().certificate());
  }

  private TrustBundle bundle() {
    return live.current().bundle();
  }

  /** A rotation with the next issuer made, in the phase. */
  private void rotate(Rotation.Kind kind, Phase phase) throws AuthorityException {
    Issuer made = store.makeIssuer(live.current(), kind, "r1");
    live.refresh();
    Roles<Issuer> roles = live.current().issuers().withNext(made);
    live.change(
        live.current(),
        phase.isSwitched() ? roles.switched() : roles,
        Rotation.begun("r1", kind, now).in(phase, now));
  }

  @Test
  void issuerIsReplacedUnderTheSameRootAndItsKeyIsGone() {
    revoke(issuer(before));
    live.refresh();

    assertThat(issuer(live.current())).isNotEqualTo(issuer(before));
    assertThat(root(live.current())).isEqualTo(root(before));
    assertThat(bundle().revoked()).containsExactly(issuer(before));
    assertThat(bundle().anchors()).containsExactly(before.root().certificate());
    assertThat(bundle().sequence()).isGreaterThan(before.bundle().sequence());
    assertThat(client.secrets().inNamespace(SYSTEM).withName(ObjectNames.ISSUER_SECRET).get())
        .satisfies(secret -> assertThat(secret.getData()).containsOnlyKeys("tls.crt", "tls.key"));
    assertThat(live.issuer().certificate()).isEqualTo(live.current().issuer().certificate());
  }

  @Test
  void sequenceRisesOnceForOneRevocation() {
    revoke(issuer(before));
    live.refresh();
    long published = bundle().sequence();
    live.refresh();
    assertThat(bundle().sequence()).isEqualTo(published);
  }

  @Test
  void signsNothingWithARevokedIssuerBeforeItsSuccessorIsStored() throws AuthorityException {
    revoke(issuer(before));
    LiveAuthority halfway =
        new LiveAuthority(store, store.load(Optional.empty()), Runnable::run, () -> now);
    assertThatThrownBy(halfway::issuer)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(issuer(before));
  }

  @Test
  void nextIssuerTakesOverWhenTheActiveRootIsRevoked() throws AuthorityException {
    rotate(Rotation.Kind.ROOT, Phase.DUAL_TRUST);
    Issuer next = live.current().issuers().next().orElseThrow();
    revoke(root(before));
    live.refresh();

    assertThat(live.issuer().certificate()).isEqualTo(next.certificate());
    assertThat(bundle().anchors()).containsExactly(live.current().root().certificate());
    assertThat(bundle().revoked()).containsExactly(root(before));
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.STEADY);
    assertThat(live.current().rotation().id()).isEqualTo("r1"); // not asked for again
  }

  @Test
  void drainingEndsAtOnceWhenTheOldRootIsRevoked() throws AuthorityException {
    rotate(Rotation.Kind.ROOT, Phase.SWITCHED);
    String active = issuer(live.current());
    revoke(root(before));
    live.refresh();

    assertThat(issuer(live.current())).isEqualTo(active);
    assertThat(live.current().issuers().other()).isEmpty();
    assertThat(bundle().anchors()).doesNotContain(before.root().certificate()).hasSize(1);
  }

  @Test
  void nextIssuerThatIsRevokedIsForgotten() throws AuthorityException {
    rotate(Rotation.Kind.ISSUER, Phase.DUAL_TRUST);
    Issuer next = live.current().issuers().next().orElseThrow();
    revoke(Fingerprint.of(next.certificate()));
    live.refresh();

    assertThat(issuer(live.current())).isEqualTo(issuer(before));
    assertThat(live.current().issuers().other()).isEmpty();
  }

  @Test
  void onlyRootIsReplacedByANewOne() {
    revoke(root(before));
    live.refresh();

    assertThat(root(live.current())).isNotEqualTo(root(before));
    assertThat(bundle().anchors()).containsExactly(live.current().root().certificate());
    assertThat(bundle().revoked()).containsExactly(root(before));
  }

  @Test
  void bothRootsOfARotationAreReplacedByANewOne() throws AuthorityException {
    rotate(Rotation.Kind.ROOT, Phase.DUAL_TRUST);
    Authority rotating = live.current();
    String next =
        Fingerprint.of(rotating.rootOf(rotating.issuers().next().orElseThrow()).certificate());
    revoke(root(before), next);
    live.refresh();

    assertThat(live.problem()).isEmpty();
    assertThat(bundle().revoked()).containsExactlyInAnyOrder(root(before), next);
    assertThat(bundle().anchors()).containsExactly(live.current().root().certificate());
    assertThat(root(live.current())).isNotIn(root(before), next);
  }

  @Test
  void whatIsNotOursIsPublishedAndChangesNothingElse() {
    String unknown = "ab".repeat(32);
    revoke(unknown);
    live.refresh();

    assertThat(bundle().revoked()).containsExactly(unknown);
    assertThat(issuer(live.current())).isEqualTo(issuer(before));
  }

  @Test
  void revocationThatIsTakenBackIsPublishedAsSuch() {
    revoke("ab".repeat(32));
    live.refresh();
    long sequence = bundle().sequence();
    revoke();
    live.refresh();

    assertThat(bundle().revoked()).isEmpty();
    assertThat(bundle().sequence()).isGreaterThan(sequence);
  }

  @Test
  void trustDomainThatIsDeletedForgivesNothing() throws AuthorityException {
    revoke(issuer(before));
    live.refresh();
    client.resources(TrustDomain.class).withName("east").delete();
    live.refresh();
    assertThat(bundle().revoked()).containsExactly(issuer(before));

    OwnTrustDomain.ensure(client, MESH);
    assertThat(newStore().load(Optional.empty()).bundle().revoked())
        .containsExactly(issuer(before));
  }

  @Test
  void entryThatIsNoDigestIsNamedAndTheBundleStays() {
    revoke("AB");
    live.refresh();

    assertThat(live.problem().orElseThrow()).contains("TrustDomain east, spec.revoked", "AB");
    assertThat(bundle()).isEqualTo(before.bundle());
  }

  @Test
  void twoReplicasAgreeOnOneSuccessor() throws AuthorityException {
    LiveAuthority other = new LiveAuthority(newStore(), before, Runnable::run, () -> now);
    revoke(issuer(before));
    live.refresh();
    other.refresh();
    assertThat(issuer(other.current())).isEqualTo(issuer(live.current()));
  }

  @Test
  void isHeardByTheWatch() throws InterruptedException {
    CountDownLatch heard = new CountDownLatch(1);
    live.subscribe(() -> {
      if (!bundle().revoked().isEmpty()) {
        heard.countDown();
      }
    });
    live.watch(client, MESH);
    revoke(issuer(before));
    assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void rootOfARevokedIssuerStaysAnAnchorWhileTheRotationThatReplacesItGoesOn()
      throws AuthorityException {
    for (Phase phase : List.of(Phase.DUAL_TRUST, Phase.SWITCHED)) {
      rotate(Rotation.Kind.ROOT, phase);
      Authority rotating = live.current();
      X509Certificate old =
          (phase.isSwitched() ? rotating.issuers().previous().orElseThrow() : rotating.issuer())
              .certificate();
      Issuer fresh =
          phase.isSwitched() ? rotating.issuer() : rotating.issuers().next().orElseThrow();
      List<X509Certificate> anchors = rotating.bundle().anchors();
      revoke(Fingerprint.of(old));
      live.refresh();

      assertThat(live.problem()).isEmpty();
      assertThat(live.issuer().certificate()).isEqualTo(fresh.certificate());
      assertThat(live.current().rotation().phase()).isEqualTo(Phase.SWITCHED);
      assertThat(bundle().anchors()).hasSize(2).containsExactlyInAnyOrderElementsOf(anchors);
      assertThat(live.current().issuers().previous())
          .hasValueSatisfying(stand -> assertThat(stand.certificate()).isNotEqualTo(old));
      live.change(
          live.current(),
          live.current().issuers().onlyActive(),
          live.current().rotation().in(Phase.STEADY, now));
    }
  }
}

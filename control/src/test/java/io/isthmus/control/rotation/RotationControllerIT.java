package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.ConnectionsByAnchor;
import io.isthmus.api.trust.TrustEnforcement.LeavesByIssuer;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityException;
import io.isthmus.control.authority.AuthorityStore;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.TestLifetimes;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real Secrets and certificates on fabric8's in-memory API server; reports are the test's. */
final class RotationControllerIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Duration LEAF = Duration.ofHours(24);
  private static final Mesh MESH =
      new Mesh("east", io.isthmus.certs.TrustDomain.of("east.test"), "cluster.local", SYSTEM);

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final TrustDomain own = new TrustDomain();
  private final List<Link> links = new ArrayList<>();
  private final List<RotationObserver.Look> looks = new ArrayList<>();
  private AuthorityStore store;
  private LiveAuthority authority;
  private RotationController controller;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @BeforeEach
  void start() throws AuthorityException {
    store = new AuthorityStore(client, MESH, () -> TestLifetimes.MANAGED, () -> now);
    authority = live();
    controller = controllerOf(authority);
    ask(null);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private LiveAuthority live() throws AuthorityException {
    return new LiveAuthority(store, store.load(Optional.empty()), Runnable::run, () -> now);
  }

  private RotationController controllerOf(LiveAuthority live) {
    return new RotationController(
        live,
        new RotationController.Sources(
            "east",
            () -> Optional.of(own),
            () -> links,
            () -> TestLifetimes.MANAGED,
            () -> LEAF,
            false),
        looks::add,
        () -> now);
  }

  private void ask(TrustDomainSpec.@Nullable Rotation rotation) {
    TrustDomainSpec spec = TrustDomainSpec.own("east.test");
    own.setSpec(new TrustDomainSpec(spec.trustDomain(), spec.authority(), null, rotation));
  }

  private static TrustDomainSpec.Rotation root(String id, boolean abort, String... leaveBehind) {
    return new TrustDomainSpec.Rotation(
        TrustDomainSpec.Rotation.ROOT, id, abort, List.of(leaveBehind), List.of());
  }

  /** All proxies enforce what is published now, and have leaves of {@code issuer}. */
  private void report(Issuer issuer) {
    say(enforcement(0, leaves(issuer), List.of()));
  }

  /** As {@code report}, but of two proxies one says nothing. */
  private void reportButOne(Issuer issuer) {
    say(enforcement(1, leaves(issuer), List.of()));
  }

  private void say(TrustEnforcement enforcement) {
    own.setStatus(new TrustDomainStatus(null, null, List.of(), null, null, List.of(), enforcement));
  }

  private List<LeavesByIssuer> leaves(Issuer issuer) {
    return List.of(
        new LeavesByIssuer(Fingerprint.of(issuer.certificate()), 2, now.plus(LEAF).toString()));
  }

  private TrustEnforcement enforcement(
      List<LeavesByIssuer> leaves, List<ConnectionsByAnchor> connections) {
    return enforcement(0, leaves, connections);
  }

  /** Of two proxies. */
  private TrustEnforcement enforcement(
      int unreported, List<LeavesByIssuer> leaves, List<ConnectionsByAnchor> connections) {
    return new TrustEnforcement(
        Map.of(
            "replica-0",
            new Reporter(
                authority.current().bundle().sequence(),
                authority.current().bundle().digest(),
                2,
                2 - unreported,
                unreported,
                List.of(),
                List.of(),
                List.of(),
                leaves,
                connections,
                0,
                now.toString())));
  }

  @Test
  void whoIsConnectedAndDoesNotReportMayUseTheOldIssuer() {
    ask(root("r1", false));
    rounds(2);
    report(authority.issuer());
    settlesTo(Phase.SWITCHED);
    now = now.plusSeconds(1);
    reportButOne(authority.issuer());
    passesTo(Phase.SWITCHED);
    assertThat(controller.waitingFor())
        .containsExactly("1 proxies of east have not reported: what they use is not known");
    report(authority.issuer());
    passesTo(Phase.DRAINING);
    now = now.plus(LEAF).plusSeconds(1);
    reportButOne(authority.issuer());
    passesTo(Phase.DRAINING);
    report(authority.issuer());
    passesTo(Phase.DRAINING); // for another leaf's lifetime
  }

  /** It cannot write to its API server, and serves its proxies on. */
  @Test
  void replicaThatFellSilentIsWaitedForWhileAnotherReports() {
    ask(root("r1", false));
    rounds(2);
    report(authority.issuer());
    Instant last = now;
    now = now.plus(Duration.ofMinutes(4));
    sayBesideOneOf(last);
    passesTo(Phase.DUAL_TRUST);
    settle();
    sayBesideOneOf(last);
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor())
        .containsExactly(
            "east/replica replica-1 of the control plane, not heard since %s: what its proxies enforce is not known"
                .formatted(last));
    report(authority.issuer()); // its entry is taken away: its Pod is gone
    settlesTo(Phase.SWITCHED);
    now = now.plusSeconds(1);
    sayBesideOneOf(last);
    passesTo(Phase.SWITCHED);
    assertThat(controller.waitingFor())
        .containsExactly("2 proxies of east have not reported: what they use is not known");
  }

  private void settle() {
    now = now.plus(RotationPlan.settling(LEAF));
  }

  /** One replica is fresh; another one had two proxies at {@code last}. */
  private void sayBesideOneOf(Instant last) {
    Reporter fresh =
        Objects.requireNonNull(
            enforcement(leaves(authority.issuer()), List.of()).reporters().get("replica-0"));
    Reporter silent =
        new Reporter(
            fresh.sequence(),
            fresh.digest(),
            2,
            2,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            0,
            last.toString());
    say(new TrustEnforcement(Map.of("replica-0", fresh, "replica-1", silent)));
  }

  private static void say(Link link, TrustEnforcement enforcement) {
    say(link, enforcement, null);
  }

  private static void say(Link link, TrustEnforcement enforcement, @Nullable CanaryStatus canary) {
    link.setStatus(
        new LinkStatus(
            List.of(),
            List.of(gateway("192.0.2.1", "True"), gateway("192.0.2.2", "False")),
            0,
            0,
            enforcement,
            canary));
  }

  private static LinkStatus.GatewayStatus gateway(String ip, String alive) {
    return new LinkStatus.GatewayStatus(ip + ":15008", "spiffe://west.test/g", alive);
  }

  /** Of the next issuer, met just now; the second gateway is dead. */
  private CanaryStatus canary(String client, String server) {
    Issuer next = authority.current().issuers().next().orElseThrow();
    return new CanaryStatus(
        Fingerprint.of(next.certificate()),
        now.toString(),
        null,
        List.of(
            new CanaryStatus.Met("192.0.2.1:15008", client, server),
            new CanaryStatus.Met("192.0.2.2:15008", "no TCP connection", "not tried")));
  }

  private Phase phase() {
    return authority.current().rotation().phase();
  }

  private List<X509Certificate> published() {
    return authority.current().bundle().anchors();
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      controller.round();
    }
  }

  private Secret secret(String name) {
    return client.secrets().inNamespace(SYSTEM).withName(name).get();
  }

  private void passesTo(Phase phase) {
    controller.round();
    assertThat(phase()).as("waiting for %s", controller.waitingFor()).isEqualTo(phase);
  }

  /** All have enforced the bundle since the last report. */
  private void settlesTo(Phase phase) {
    controller.round();
    now = now.plus(RotationPlan.settling(LEAF));
    passesTo(phase);
  }

  /** From rest, on what all proxies report. */
  private void beginAndSwitch(String id) {
    ask(root(id, false));
    rounds(2);
    report(authority.issuer());
    settlesTo(Phase.SWITCHED);
  }

  private boolean runs(String id) {
    return authority.current().rotation().id().equals(id);
  }

  /** Nobody uses what is not active. */
  private void passesALeafsLifetime() {
    now = now.plus(LEAF).plus(RotationPlan.useNoted(LEAF));
  }

  @Test
  void rootIsRotatedPhaseByPhaseOnEvidenceAlone() {
    Authority before = authority.current();
    ask(root("r1", false));
    passesTo(Phase.PREPARED);
    assertThat(published()).containsExactly(before.root().certificate());
    passesTo(Phase.DUAL_TRUST);
    assertThat(published()).hasSize(2).contains(before.root().certificate());

    now = now.plus(Duration.ofDays(30));
    passesTo(Phase.DUAL_TRUST); // time alone moves nothing
    assertThat(controller.waitingFor()).containsExactly("east has not reported yet");
    assertThat(authority.issuer().certificate()).isEqualTo(before.issuer().certificate());

    report(before.issuer());
    settlesTo(Phase.SWITCHED);
    Issuer fresh = authority.issuer();
    assertThat(fresh.certificate()).isNotEqualTo(before.issuer().certificate());
    assertThat(authority.current().root().certificate()).isNotEqualTo(before.root().certificate());
    assertThat(authority.serverIssuer().certificate()).isEqualTo(before.issuer().certificate());
    report(before.issuer());
    String stored = secret(ObjectNames.ISSUER_SECRET).getMetadata().getResourceVersion();
    for (int i = 0; i < 30; i++) {
      now = now.plusSeconds(1);
      passesTo(Phase.SWITCHED);
    }
    assertThat(controller.waitingFor()).singleElement().asString().contains("2 leaves");
    assertThat(secret(ObjectNames.ISSUER_SECRET).getMetadata().getResourceVersion())
        .as("nothing is noted while leaves are renewed")
        .isEqualTo(stored);

    now = now.plusSeconds(1);
    report(fresh);
    passesTo(Phase.DRAINING);
    assertThat(authority.serverIssuer().certificate()).isEqualTo(fresh.certificate());
    report(fresh);
    passesTo(Phase.DRAINING);
    assertThat(controller.waitingFor()).singleElement().asString().contains("lifetime");
    passesALeafsLifetime();
    report(fresh);
    passesTo(Phase.RETIRED);
    assertThat(published()).containsExactly(authority.current().root().certificate());
    passesTo(Phase.RETIRED); // the report is of the sequence before
    report(fresh);
    settlesTo(Phase.STEADY);

    rounds(2);
    assertThat(phase()).isEqualTo(Phase.STEADY); // the same id asks no second time
    assertThat(secret(ObjectNames.ISSUER_SECRET).getData()).containsOnlyKeys("tls.crt", "tls.key");
    assertThat(secret(ObjectNames.ROOT_SECRET).getData()).containsOnlyKeys("tls.crt", "tls.key");
    assertThat(authority.issuer().certificate()).isEqualTo(fresh.certificate());
  }

  @Test
  void nextRotationThatIsAskedForMeanwhileDoesNotGoBackToTheRetiredRoot() {
    X509Certificate retired = authority.current().root().certificate();
    beginAndSwitch("r1");
    ask(root("r2", false));
    for (int i = 0; i < 10 && runs("r1"); i++) {
      passesALeafsLifetime();
      report(authority.issuer());
      controller.round();
      now = now.plus(RotationPlan.settling(LEAF));
      if (runs("r1")) {
        controller.round();
      }
    }
    assertThat(runs("r2")).isTrue();
    assertThat(phase()).isEqualTo(Phase.PREPARED);
    assertThat(authority.current().roots().all())
        .hasSize(2)
        .noneMatch(root -> root.certificate().equals(retired));
  }

  @Test
  void saysThatTheApiServerDoesNotTakeTheNextMove() {
    ask(root("r1", false));
    rounds(2);
    report(authority.issuer());
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    controller.round();
    now = now.plus(RotationPlan.settling(LEAF));
    api.goAway();

    passesTo(Phase.DUAL_TRUST);

    assertThat(controller.waitingFor())
        .singleElement()
        .asString()
        .startsWith("the API server to take the next move: ");
  }

  @Test
  void issuerIsRotatedUnderTheSameBundle() {
    Authority before = authority.current();
    ask(
        new TrustDomainSpec.Rotation(
            TrustDomainSpec.Rotation.ISSUER, "i1", null, List.of(), List.of()));
    report(before.issuer());
    rounds(2);
    settlesTo(Phase.SWITCHED);
    assertThat(authority.issuer().certificate()).isNotEqualTo(before.issuer().certificate());
    assertThat(authority.current().bundle()).isEqualTo(before.bundle());
  }

  @Test
  void issuerIsReplacedByItselfOnTheSameEvidence() {
    Authority before = authority.current();
    now = now.plus(Duration.ofHours(8_760 * 2 / 3));
    passesTo(Phase.PREPARED);
    passesTo(Phase.DUAL_TRUST);
    assertThat(authority.current().rotation().id())
        .isEqualTo("auto-" + Fingerprint.of(before.issuer().certificate()).substring(0, 8));
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor()).containsExactly("east has not reported yet");
    report(before.issuer());
    settlesTo(Phase.SWITCHED);
    Issuer fresh = authority.issuer();
    for (int i = 0; i < 10 && phase() != Phase.STEADY; i++) {
      passesALeafsLifetime();
      report(fresh);
      controller.round();
      now = now.plus(RotationPlan.settling(LEAF));
      controller.round();
    }
    rounds(3);
    assertThat(phase()).isEqualTo(Phase.STEADY);
    assertThat(authority.issuer().certificate())
        .isEqualTo(fresh.certificate())
        .isNotEqualTo(before.issuer().certificate());
    assertThat(authority.current().root().certificate()).isEqualTo(before.root().certificate());
  }

  @Test
  void abortGoesBackToWhereItBegan() {
    Authority before = authority.current();
    beginAndSwitch("r1");
    Issuer fresh = authority.issuer();
    ask(root("r1", true));
    report(fresh);
    passesTo(Phase.DUAL_TRUST);
    assertThat(authority.issuer().certificate()).isEqualTo(before.issuer().certificate());
    report(fresh);
    passesTo(Phase.DUAL_TRUST); // leaves of the new issuer live
    passesALeafsLifetime();
    now = now.plusSeconds(60);
    report(before.issuer());
    passesTo(Phase.PREPARED);
    assertThat(published()).containsExactly(before.root().certificate());
    report(before.issuer());
    settlesTo(Phase.STEADY);
    rounds(3);
    assertThat(phase()).isEqualTo(Phase.STEADY);
    assertThat(authority.current().roots().all()).hasSize(1);
    assertThat(authority.current().root().certificate()).isEqualTo(before.root().certificate());
  }

  @Test
  void linkedClusterThatDoesNotReportHoldsUntilItIsLeftBehind() {
    Link west = new Link();
    west.setSpec(LinkSpec.to("west", "west.test", "link-west"));
    links.add(west);
    ask(root("r1", false));
    rounds(2);
    report(authority.issuer());
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor()).containsExactly("west has not reported yet");
    ask(root("r1", false, "west"));
    settlesTo(Phase.SWITCHED);
  }

  @Test
  void ownClusterIsNeverLeftBehind() {
    ask(root("r1", false));
    rounds(2);
    ask(root("r1", false, "east"));
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor())
        .containsExactly(
            "spec.rotation.leaveBehind names east, which is this cluster: take it away");
  }

  @Test
  void leaveBehindOfTheLastRotationHoldsTheNextOne() {
    ask(root("r1", false, "west"));
    passesTo(Phase.STEADY);
    assertThat(controller.waitingFor())
        .singleElement()
        .asString()
        .startsWith("spec.rotation.leaveBehind is there before rotation r1 has begun");
    ask(root("r1", false));
    passesTo(Phase.PREPARED);
  }

  @Test
  void linkedClusterIsWaitedForUntilItEnforcesAndUsesNothingOld() {
    Authority before = authority.current();
    Link west = new Link();
    west.setSpec(LinkSpec.to("west", "west.test", "link-west"));
    links.add(west);
    ask(root("r1", false));
    rounds(1);
    say(west, enforcement(List.of(), List.of())); // of the bundle before
    rounds(1);
    report(before.issuer());
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor()).singleElement().asString().startsWith("west hands out");
    say(west, enforcement(List.of(), List.of()), canary("ok", "ok"));
    settlesTo(Phase.SWITCHED);

    Issuer fresh = authority.issuer();
    passesALeafsLifetime();
    report(fresh);
    say(west, enforcement(List.of(), List.of()));
    passesTo(Phase.DRAINING);
    passesALeafsLifetime();
    report(fresh);
    String old = Fingerprint.of(before.root().certificate());
    say(west, enforcement(List.of(), List.of(new ConnectionsByAnchor(old, 3))));
    passesTo(Phase.DRAINING);
    assertThat(controller.waitingFor())
        .singleElement()
        .asString()
        .startsWith("west has 3 connections");
    passesALeafsLifetime();
    report(fresh);
    say(west, enforcement(List.of(), List.of()));
    passesTo(Phase.RETIRED);
  }

  @Test
  void linkedClusterIsWaitedForUntilItsGatewaysBelieveAFreshCanaryOfTheNextIssuer() {
    Link west = new Link();
    west.setSpec(LinkSpec.to("west", "west.test", "link-west"));
    links.add(west);
    ask(root("r1", false));
    rounds(2);
    Issuer next = authority.current().issuers().next().orElseThrow();
    String issuer = Fingerprint.of(next.certificate()).substring(0, 16);
    report(authority.issuer());
    holdsWith(west, null, "west: no canary handshake of the issuer " + issuer + " yet");
    holdsWith(
        west,
        new CanaryStatus("", now.toString(), "the control plane gave none", List.of()),
        "west: no canary handshake of the issuer " + issuer + " yet: the control plane gave none");
    holdsWith(
        west,
        canary("alert unknown_ca", "not tried"),
        "west has not believed the canary of the issuer "
            + issuer
            + ": 192.0.2.1:15008, as a client: alert unknown_ca");
    holdsWith(
        west,
        canary("ok", "alert unknown_ca"),
        "west has not believed the canary of the issuer "
            + issuer
            + ": 192.0.2.1:15008, as a server: alert unknown_ca");
    CanaryStatus early = canary("ok", "ok");
    now = now.plus(Duration.ofMinutes(4));
    report(authority.issuer());
    holdsWith(west, early, "west: no canary handshake of the issuer " + issuer + " yet");
    holdsWith(
        west,
        new CanaryStatus(
            early.issuerSha256(), now.plus(Duration.ofHours(1)).toString(), null, early.gateways()),
        "west: no canary handshake of the issuer " + issuer + " yet");
    holdsWith(
        west,
        new CanaryStatus(
            Fingerprint.of(authority.issuer().certificate()),
            now.toString(),
            null,
            early.gateways()),
        "west: no canary handshake of the issuer " + issuer + " yet");
    holdsWith(
        west,
        new CanaryStatus(early.issuerSha256(), now.toString(), null, List.of()),
        "west has not believed the canary of the issuer "
            + issuer
            + ": 192.0.2.1:15008: not met yet");
    say(west, enforcement(List.of(), List.of()), canary("ok", "ok"));
    settlesTo(Phase.SWITCHED);
  }

  private void holdsWith(Link link, @Nullable CanaryStatus canary, String line) {
    say(link, enforcement(List.of(), List.of()), canary);
    passesTo(Phase.DUAL_TRUST);
    assertThat(controller.waitingFor()).containsExactly(line);
  }

  @Test
  void canaryLeavesComeFromTheNextIssuerInDualTrustOnly() {
    ask(root("r1", false));
    passesTo(Phase.PREPARED);
    assertThat(authority.canaryIssuer()).isEmpty();
    passesTo(Phase.DUAL_TRUST);
    Issuer next = authority.current().issuers().next().orElseThrow();
    assertThat(authority.canaryIssuer().orElseThrow().certificate()).isEqualTo(next.certificate());
    report(authority.issuer());
    settlesTo(Phase.SWITCHED);
    assertThat(authority.canaryIssuer()).isEmpty();
  }

  @Test
  void phaseThatWasLostIsShownByTheIssuers() throws AuthorityException {
    Authority before = authority.current();
    beginAndSwitch("r1");
    Secret stored = secret(ObjectNames.ISSUER_SECRET);
    stored.getMetadata().setAnnotations(Map.of());
    client.resource(stored).update();
    authority = live();
    assertThat(phase()).isEqualTo(Phase.DRAINING);
    assertThat(published()).hasSize(2).contains(before.root().certificate());
  }

  private void loseIssuers() {
    client.secrets().inNamespace(SYSTEM).withName(ObjectNames.ISSUER_SECRET).delete();
    now = now.plusSeconds(1);
    authority.refresh();
  }

  @Test
  void issuersThatAreLostAfterTheSwitchAreMadeAgainOfTheNewRootAndTheRotationEnds() {
    X509Certificate old = authority.current().root().certificate();
    beginAndSwitch("r1");
    X509Certificate fresh = authority.current().root().certificate();
    long sequence = authority.current().bundle().sequence();
    loseIssuers();
    assertThat(authority.problem()).isEmpty();
    assertThat(phase()).isEqualTo(Phase.DRAINING);
    assertThat(authority.current().root().certificate()).isEqualTo(fresh);
    assertThat(published()).containsExactlyInAnyOrder(old, fresh);
    assertThat(authority.current().bundle().sequence()).isEqualTo(sequence);
    report(authority.issuer());
    passesTo(Phase.DRAINING); // leaves of the issuer that was lost may live
    passesALeafsLifetime();
    report(authority.issuer());
    passesTo(Phase.RETIRED);
    report(authority.issuer());
    settlesTo(Phase.STEADY);
    rounds(3);
    assertThat(phase()).isEqualTo(Phase.STEADY);
    assertThat(authority.current().roots().all()).hasSize(1);
  }

  @Test
  void issuersThatAreLostBeforeTheSwitchAreMadeAgainOfTheRootThatAllTrust() {
    X509Certificate old = authority.current().root().certificate();
    ask(root("r1", false));
    rounds(2);
    assertThat(published()).hasSize(2);
    loseIssuers();
    assertThat(phase()).isEqualTo(Phase.DUAL_TRUST);
    assertThat(authority.current().root().certificate()).isEqualTo(old);
    assertThat(published()).hasSize(2).contains(old);
    report(authority.issuer());
    settlesTo(Phase.SWITCHED);
    assertThat(authority.current().root().certificate()).isNotEqualTo(old);
  }

  @Test
  void notesThatAreLostAtRestBeginNoRotation() {
    beginAndSwitch("r1");
    report(authority.issuer());
    passesTo(Phase.DRAINING);
    passesALeafsLifetime();
    report(authority.issuer());
    passesTo(Phase.RETIRED);
    report(authority.issuer());
    settlesTo(Phase.STEADY);
    rounds(1);
    X509Certificate root = authority.current().root().certificate();
    Secret stored = secret(ObjectNames.ISSUER_SECRET);
    stored.getMetadata().setAnnotations(Map.of());
    client.resource(stored).update();
    authority.refresh();
    rounds(3);
    assertThat(phase()).isEqualTo(Phase.STEADY);
    loseIssuers();
    rounds(3);
    assertThat(phase()).isEqualTo(Phase.STEADY);
    assertThat(authority.current().rotation().id()).isEqualTo("r1");
    assertThat(authority.current().root().certificate()).isEqualTo(root);
  }

  @Test
  void useOfTheOldIssuerIsNotedNowAndThen() {
    Authority before = authority.current();
    beginAndSwitch("r1");
    report(authority.issuer());
    passesTo(Phase.DRAINING);
    Set<String> versions = new HashSet<>();
    Instant end = now.plus(RotationPlan.useNoted(LEAF).multipliedBy(3));
    while (now.isBefore(end)) {
      now = now.plusSeconds(60);
      report(before.issuer());
      passesTo(Phase.DRAINING);
      versions.add(secret(ObjectNames.ISSUER_SECRET).getMetadata().getResourceVersion());
    }
    assertThat(versions).as("as it was, and twice noted").hasSize(3);
    assertThat(authority.current().rotation().otherLastUsed())
        .isAfterOrEqualTo(now.minus(RotationPlan.useNoted(LEAF)));
  }

  @Test
  void eachPhaseIsLookedAtWhenItWasEntered() {
    beginAndSwitch("r1");
    controller.round();
    assertThat(looks)
        .extracting(look -> look.rotation().phase())
        .containsSubsequence(Phase.STEADY, Phase.PREPARED, Phase.DUAL_TRUST, Phase.SWITCHED);
  }

  @Test
  void twoReplicasBeginOnce() throws AuthorityException {
    RotationController other = controllerOf(live());
    ask(root("r1", false));
    controller.round();
    Issuer next = authority.current().issuers().next().orElseThrow();
    other.round(); // decides on what it read before
    authority.refresh();
    assertThat(authority.current().issuers().next().orElseThrow().certificate())
        .isEqualTo(next.certificate());
    assertThat(authority.current().roots().all()).hasSize(2);
  }

  @Test
  void bundleThatSomebodyEditedOrDeletedIsPublishedAgain() throws AuthorityException {
    ask(root("r1", false));
    rounds(2);
    List<X509Certificate> both = published();
    long sequence = authority.current().bundle().sequence();
    client.configMaps().inNamespace(SYSTEM).withName(ObjectNames.TRUST_BUNDLE).delete();
    authority.refresh();
    assertThat(published()).isEqualTo(both);
    assertThat(authority.current().bundle().sequence()).isGreaterThan(sequence);
  }
}

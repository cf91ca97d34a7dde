package io.isthmus.proxy.trust;

import static io.isthmus.proxy.trust.Rotation.EAST;
import static io.isthmus.proxy.trust.Rotation.NEW;
import static io.isthmus.proxy.trust.Rotation.OLD;
import static io.isthmus.proxy.trust.Rotation.WEST;
import static io.isthmus.proxy.trust.Rotation.anchor;
import static io.isthmus.proxy.trust.Rotation.bundle;
import static io.isthmus.proxy.trust.Rotation.own;
import static io.isthmus.proxy.trust.Rotation.revoking;
import static io.isthmus.proxy.trust.Rotation.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.identity.Renewal;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsGeneration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrustUpdatesTest {
  private Instant now = Instant.now();
  private final InstantSource clock = () -> now;
  private final ConfigHolder config = new ConfigHolder(clock);
  private final Identities identities = new Identities();
  private final TlsContexts contexts = new TlsContexts(clock, HandshakeObserver.none());
  private final List<TrustDomain> refused = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private final List<Enforcement> heard = new ArrayList<>();
  private final TrustUpdates trust =
      new TrustUpdates(
          contexts,
          new TrustUpdates.Sources(config, identities),
          refused::add,
          new TrustUpdates.Timing(clock, later::add));

  private static final class Identities implements SvidSource {
    private final List<Consumer<Svid>> subscribers = new ArrayList<>();
    private final List<Duration> asked = new ArrayList<>();
    private Optional<Svid> current = Optional.empty();

    void are(Svid svid) {
      current = Optional.of(svid);
      subscribers.forEach(subscriber -> subscriber.accept(svid));
    }

    @Override
    public Optional<Svid> current() {
      return current;
    }

    @Override
    public Optional<Renewal> renewal() {
      return Optional.of(asked::add);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      subscribers.add(subscriber);
      return () -> subscribers.remove(subscriber);
    }
  }

  TrustUpdatesTest() {
    trust.follow(() -> {});
    trust.subscribe(() -> heard.add(trust.enforcement()));
  }

  @AfterEach
  void close() {
    trust.close();
    contexts.close();
  }

  private void serve(TrustBundle... bundles) {
    BundleSet set = set(bundles);
    config.set(
        new MeshConfig(
            "v", Map.of(), Map.of(), Map.of(), new Inbound(Map.of(WEST, "west"), Map.of()), set));
  }

  private TlsGeneration generation() {
    return contexts.current().orElseThrow();
  }

  /** What was put off, once. */
  private void someSecondsPass() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void saysWhatTheContextsAreMadeOfAfterTheSwap() {
    identities.are(own(OLD));
    assertThat(trust.enforcement()).isEqualTo(Enforcement.NONE);
    serve(bundle(7, OLD), bundle(3, EAST));
    Enforcement first = heard.getLast();
    assertThat(first.inForce())
        .containsExactly(
            new Enforcement.InForce(EAST.trustDomain(), 3, bundle(3, EAST).digest(), now),
            new Enforcement.InForce(WEST, 7, bundle(7, OLD).digest(), now));
    Enforcement.Leaf leaf = first.leaf().orElseThrow();
    assertThat(leaf.anchor()).isEqualTo(anchor(OLD));
    assertThat(leaf.issuer()).isEqualTo(Fingerprint.of(OLD.issuer().certificate()));
    Instant before = now;
    now = now.plusSeconds(10);
    serve(bundle(8, OLD, NEW), bundle(3, EAST));
    assertThat(heard.getLast().inForce())
        .extracting(Enforcement.InForce::sequence, Enforcement.InForce::since)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(3L, before),
            org.assertj.core.groups.Tuple.tuple(8L, now));
    assertThat(heard).hasSize(2);
  }

  @Test
  void aRefusedGenerationIsCountedOnceAndToldWithItsReason() {
    identities.are(own(OLD));
    serve(bundle(1, OLD));
    TlsGeneration steady = generation();
    serve(bundle(2, NEW));
    someSecondsPass();
    someSecondsPass();
    assertThat(generation()).isSameAs(steady);
    assertThat(refused).containsExactly(WEST);
    assertThat(heard).hasSize(2);
    assertThat(heard.getLast().refused())
        .singleElement()
        .satisfies(refusal -> {
          assertThat(refusal.sequence()).isEqualTo(2);
          assertThat(refusal.digest()).isEqualTo(bundle(2, NEW).digest());
          assertThat(refusal.since()).isEqualTo(now);
          assertThat(refusal.reason()).contains("own leaf", anchor(OLD));
        });
    serve(bundle(3, NEW));
    assertThat(refused).as("another generation").containsExactly(WEST, WEST);
  }

  @Test
  void aRefusedGenerationIsTakenWhenTheOwnCertificateChanges() {
    identities.are(own(OLD));
    serve(bundle(1, OLD));
    serve(bundle(2, NEW));
    identities.are(own(NEW));
    assertThat(trust.enforcement().refused()).isEmpty();
    assertThat(generation().material().bundles()).isEqualTo(set(bundle(2, NEW)));
    assertThat(generation().material().svid()).isEqualTo(identities.current().orElseThrow());
    someSecondsPass();
    assertThat(later).as("nothing is held back any more").isEmpty();
  }

  @Test
  void aCertificateThatIsHeldBackIsUsedWhenTheOldOneHasExpired() {
    Svid brief = OLD.svid(OLD.id("shop", "web"), Duration.ofMinutes(1));
    identities.are(brief);
    serve(bundle(1, OLD));
    identities.are(own(NEW));
    assertThat(generation().material().svid()).isEqualTo(brief);
    now = brief.notAfter();
    someSecondsPass();
    assertThat(generation().material().svid()).isEqualTo(identities.current().orElseThrow());
  }

  @Test
  void withoutAnAnchorForTheOwnLeafThereIsNoFirstGeneration() {
    identities.are(own(OLD));
    serve(bundle(1, NEW));
    assertThat(trust.isInForce()).isFalse();
    assertThat(heard.getLast().refused()).hasSize(1);
    assertThat(heard.getLast().leaf()).isEmpty();
    serve(bundle(2, NEW, OLD));
    assertThat(trust.isInForce()).isTrue();
    assertThat(trust.enforcement().refused()).isEmpty();
  }

  @Test
  void revokingTheOwnAnchorIsEnforced() {
    identities.are(own(OLD));
    serve(bundle(1, OLD));
    serve(revoking(bundle(2, NEW), OLD));
    assertThat(heard.getLast().inForce().getFirst().sequence()).isEqualTo(2);
    assertThat(heard.getLast().leaf().orElseThrow().anchor()).isEmpty();
    assertThat(refused).isEmpty();
  }

  @Test
  void nothingIsPutInForceAfterTheClose() {
    identities.are(own(OLD));
    trust.close();
    serve(bundle(1, OLD));
    assertThat(contexts.current()).isEmpty();
  }

  @Test
  void aLeafUnderWhatIsRevokedIsRenewedWithinTwoSeconds() {
    identities.are(own(OLD));
    serve(bundle(1, OLD));
    serve(bundle(2, OLD));
    assertThat(identities.asked).isEmpty();
    TrustBundle plain = bundle(3, OLD);
    TrustBundle revoking =
        new TrustBundle(
            WEST,
            3,
            plain.refreshHint(),
            plain.anchors(),
            Set.of(Fingerprint.of(OLD.issuer().certificate())));
    serve(revoking);
    assertThat(identities.asked).containsExactly(Duration.ofSeconds(2));
    identities.are(own(OLD)); // of a replica that signs with it still
    assertThat(identities.asked).last().isEqualTo(Duration.ofSeconds(60));
    identities.are(own(OLD.withNewIssuer()));
    int before = identities.asked.size();
    serve(revoking, bundle(1, EAST));
    assertThat(identities.asked).as("it stands on nothing revoked").hasSize(before);
  }
}

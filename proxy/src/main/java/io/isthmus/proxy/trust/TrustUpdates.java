package io.isthmus.proxy.trust;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.tls.LivePeers;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsGeneration;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.trust.Enforcement.InForce;
import io.isthmus.proxy.trust.TrustGuard.Offer;
import io.isthmus.proxy.trust.TrustGuard.Refused;
import io.isthmus.proxy.trust.TrustGuard.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings identity and bundles together into TLS, whichever of the two changes, as far as {@link
 * TrustGuard} lets them. While something is held back it is looked at again every few seconds: the
 * peer that stood in the way may have gone, or have objected for long enough; it is asked to
 * connect again. A peer whose handshake ends between the judgement and the swap is not in the
 * judgement: it is cut, and connects again.
 *
 * <p>When the bundle in force revokes what the own certificate stands on, another one is asked for
 * within moments: until it comes, peers refuse this process.
 */
public final class TrustUpdates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrustUpdates.class);

  /** After a revocation there is no time to spread a fleet's requests over. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  /** When the authority still signs with what it revoked. */
  private static final Duration AGAIN = Duration.ofSeconds(60);

  private final TlsContexts contexts;
  private final Sources sources;
  private final TrustObserver observer;
  private final Timing timing;
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private final Withdrawals withdrawals = new Withdrawals();
  private Set<String> renewedFor = Set.of();
  private volatile Enforcement enforcement = Enforcement.NONE;
  private boolean waiting;
  private boolean closed;

  /** Where trust and identity are read. */
  public record Sources(ConfigSource config, SvidSource svid) {}

  /** How time passes here. */
  public record Timing(InstantSource clock, Later later) {}

  /** Runs something once, after a few seconds. */
  @FunctionalInterface
  public interface Later {
    void run(Runnable task);
  }

  public TrustUpdates(
      TlsContexts contexts, Sources sources, TrustObserver observer, Timing timing) {
    this.contexts = contexts;
    this.sources = sources;
    this.observer = observer;
    this.timing = timing;
  }

  /** {@code afterwards} runs after each update, on its thread. */
  public void follow(Runnable afterwards) {
    subscribers.add(afterwards);
    sources.config().subscribe(changed -> update());
    sources.svid().subscribe(changed -> update());
    update();
  }

  /** What is enforced since the last update. */
  public Enforcement enforcement() {
    return enforcement;
  }

  public LivePeers livePeers() {
    return contexts.livePeers();
  }

  /** Whether there are TLS contexts: before, every handshake is refused. */
  public boolean isInForce() {
    return contexts.current().isPresent();
  }

  /** Hears, after the swap, that {@link #enforcement} says something new; on any thread. */
  void subscribe(Runnable subscriber) {
    subscribers.add(new OnChange(subscriber));
  }

  /** Leaves out what changes nothing. */
  private final class OnChange implements Runnable {
    private final Runnable subscriber;
    private Enforcement heard = enforcement;

    OnChange(Runnable subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void run() {
      Enforcement now = enforcement;
      if (now.differsFrom(heard)) {
        heard = now;
        subscriber.run();
      }
    }
  }

  private synchronized void update() {
    Optional<Svid> own = sources.svid().current();
    if (!closed && own.isPresent() && !sources.config().since().equals(Instant.EPOCH)) {
      take(new Offer(own.orElseThrow(), sources.config().current().bundles()));
    }
    subscribers.forEach(Runnable::run);
  }

  private void take(Offer offer) {
    Optional<Offer> inForce =
        contexts
            .current()
            .map(TlsGeneration::material)
            .map(material -> new Offer(material.svid(), material.bundles()));
    Instant now = timing.clock().instant();
    Set<VerifiedPeer> live = contexts.livePeers().peers();
    withdrawals.update(
        inForce.map(Offer::bundles).orElse(BundleSet.EMPTY),
        offer.bundles().with(offer.ownBundle()),
        live,
        now);
    Set<VerifiedPeer> objectors = withdrawals.objectors(live, now);
    Verdict verdict = TrustGuard.judge(inForce, offer, objectors, now);
    verdict
        .taken()
        .ifPresent(taken ->
            contexts.update(
                new TrustMaterial(
                    taken.svid(),
                    taken.bundles(),
                    sources.config().current().inbound().trustDomains().keySet())));
    enforcement = describe(verdict.refused(), now);
    tellOverruled(live, objectors);
    recall(verdict.refused());
    renewRevoked(offer.svid());
    boolean held = verdict.taken().filter(taken -> taken.svid().equals(offer.svid())).isEmpty();
    if (held && inForce.isPresent()) {
      LOG.atDebug()
          .addKeyValue("id", offer.svid().id())
          .log("new certificate held back: the own bundle in force has no anchor for it");
    }
    if (!verdict.refused().isEmpty() || held) {
      lookAgain();
    }
  }

  /** Peers that are cut because nobody has to wait for them; those on what is revoked are meant. */
  private void tellOverruled(Set<VerifiedPeer> live, Set<VerifiedPeer> objectors) {
    contexts
        .current()
        .ifPresent(current -> {
          List<VerifiedPeer> cut =
              live.stream()
                  .filter(peer -> !objectors.contains(peer) && !current.stillTrusts(peer))
                  .toList();
          if (!cut.isEmpty()) {
            LOG.atWarn()
                .addKeyValue("peers", cut.size())
                .addKeyValue("one", cut.getFirst().id())
                .addKeyValue("anchor", Fingerprint.of(cut.getFirst().anchor()))
                .log("live peers lose their connections: what they stand on is trusted no more");
          }
        });
  }

  private void recall(List<Refused> refused) {
    Set<VerifiedPeer> peers = new HashSet<>();
    refused.forEach(each -> peers.addAll(withdrawals.recalled(each.bundle().trustDomain())));
    if (!peers.isEmpty()) {
      contexts.recall(peers);
    }
  }

  /** At once for each revocation; whoever then gets a leaf that is revoked too is in less haste. */
  private void renewRevoked(Svid held) {
    Optional<TrustBundle> own =
        contexts
            .current()
            .flatMap(current -> current.material().bundles().find(held.id().trustDomain()))
            .filter(bundle -> bundle.revokesAnyOf(held.chain()));
    own.ifPresent(bundle -> {
      Duration window = bundle.revoked().equals(renewedFor) ? AGAIN : AT_ONCE;
      renewedFor = bundle.revoked();
      sources.svid().renewal().ifPresent(renewal -> renewal.within(window));
    });
  }

  private void lookAgain() {
    if (!waiting) {
      waiting = true;
      timing.later().run(this::again);
    }
  }

  private synchronized void again() {
    waiting = false;
    update();
  }

  private Enforcement describe(List<Refused> refused, Instant now) {
    Enforcement before = enforcement;
    List<Refusal> refusals = new ArrayList<>();
    refused.forEach(each -> refusals.add(refusal(each, before, now)));
    refusals.sort(Comparator.comparing(Refusal::trustDomain));
    Optional<TlsGeneration> current = contexts.current();
    if (current.isEmpty()) {
      return new Enforcement(List.of(), refusals, Optional.empty());
    }
    TrustMaterial material = current.orElseThrow().material();
    List<InForce> inForce = new ArrayList<>();
    for (TrustDomain domain : material.bundles().trustDomains()) {
      inForce.add(inForce(material.bundles().find(domain).orElseThrow(), before, now));
    }
    Offer offer = new Offer(material.svid(), material.bundles());
    return new Enforcement(
        inForce,
        refusals,
        Optional.of(
            Enforcement.Leaf.of(
                material.svid(), TrustGuard.anchorOf(material.svid(), offer.ownBundle(), now))));
  }

  private Refusal refusal(Refused refused, Enforcement before, Instant now) {
    TrustBundle bundle = refused.bundle();
    Optional<Refusal> known =
        before.refused().stream()
            .filter(refusal -> refusal.trustDomain().equals(bundle.trustDomain()))
            .filter(refusal -> refusal.isOf(bundle))
            .findFirst();
    if (known.isEmpty()) {
      observer.onRefused(bundle.trustDomain());
      LOG.atWarn()
          .addKeyValue("trustDomain", bundle.trustDomain())
          .addKeyValue("sequence", bundle.sequence())
          .addKeyValue("digest", bundle.digest())
          .addKeyValue("reason", refused.reason())
          .log("trust generation refused, the last good one stays");
    }
    return Refusal.of(bundle, refused.reason(), known.map(Refusal::since).orElse(now));
  }

  private static InForce inForce(TrustBundle bundle, Enforcement before, Instant now) {
    Optional<InForce> known =
        before.inForce().stream()
            .filter(each -> each.trustDomain().equals(bundle.trustDomain()))
            .filter(each -> each.isOf(bundle))
            .findFirst();
    if (known.isEmpty()) {
      LOG.atInfo()
          .addKeyValue("trustDomain", bundle.trustDomain())
          .addKeyValue("sequence", bundle.sequence())
          .addKeyValue("anchors", bundle.anchors().size())
          .log("trust generation in force");
    }
    return known.orElseGet(
        () -> new InForce(bundle.trustDomain(), bundle.sequence(), bundle.digest(), now));
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}

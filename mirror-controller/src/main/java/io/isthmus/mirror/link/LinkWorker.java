package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.mirror.bundle.BundleDecision;
import io.isthmus.mirror.bundle.BundleFollowing;
import io.isthmus.mirror.canary.CanaryLoop;
import io.isthmus.mirror.leader.DeposedException;
import io.isthmus.mirror.names.MirrorName;
import io.isthmus.mirror.names.NameLoop;
import io.isthmus.mirror.peer.PeerLists;
import io.isthmus.mirror.plan.LinkView;
import io.isthmus.mirror.plan.MirrorAction;
import io.isthmus.mirror.plan.MirrorPlan;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.plan.PeerLimits;
import io.isthmus.mirror.plan.PeerState;
import io.isthmus.mirror.probe.PathLoop;
import io.isthmus.mirror.probe.ProbeLoop;
import io.isthmus.mirror.status.Finding;
import io.isthmus.mirror.status.StatusUpdate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one Link. {@link #ask} is for everyone; all else happens on the worker's one thread,
 * which looks at everything each time and writes only what differs.
 */
final class LinkWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkWorker.class);
  private static final Duration GATHER = Duration.ofMillis(20);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Probe periods between two measurements of a path: half a minute by default. */
  private static final int PATH_PERIODS = 15;

  private final String name;
  private final Surroundings around;
  private final LocalCaches caches;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicReference<@Nullable Instant> asked = new AtomicReference<>();
  private final Peering peering;
  private final ProbeLoop probes;
  private final PathLoop paths;
  private final CanaryLoop canaries;
  private final NameLoop names;
  private final NamedObject<ConfigMap> bundle;
  private final LinkEvents events;
  private final GatewayReport gateways = new GatewayReport();
  private final Retries retries = new Retries();
  private final Writes writes;
  private final MirrorMetrics.OfLink metrics;
  private final String cluster;
  private boolean wasConnected;
  private boolean canariesWereDue;

  LinkWorker(Link link, Surroundings around, LocalCaches caches) {
    this.name = link.getMetadata().getName();
    this.cluster = link.getSpec().cluster();
    this.around = around;
    this.caches = caches;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("link-" + name).factory());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.peering = new Peering(around, this::ask);
    this.probes = new ProbeLoop(around.probe(), thread, around.probeInterval(), around.clock());
    probes.onChange(this::ask);
    this.paths =
        new PathLoop(around.probe(), thread, around.probeInterval().multipliedBy(PATH_PERIODS));
    paths.onChange(this::ask);
    this.canaries = new CanaryLoop(around.canary(), thread, around.clock());
    canaries.onChange(this::ask);
    this.names = new NameLoop(around.names(), thread);
    names.onChange(this::ask);
    this.bundle =
        new NamedObject<>(
            around
                .client()
                .configMaps()
                .inNamespace(around.namespace())
                .withName(ObjectNames.peerTrustBundle(name)),
            this::ask);
    this.events = new LinkEvents(around.writer(), around.clock());
    this.writes = new Writes(around, cluster);
    this.metrics = around.metrics().link(cluster);
    thread.scheduleWithFixedDelay(
        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  String cluster() {
    return cluster;
  }

  /** Asks for another look soon; many calls in a row make one. Never blocks. */
  void ask() {
    if (asked.compareAndSet(null, around.clock().instant())) {
      later(GATHER);
    }
  }

  private void later(Duration delay) {
    try {
      thread.schedule(this::look, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().addKeyValue("link", name).log("asked after its end");
    }
  }

  /**
   * A watch that breaks or comes back tells nobody, so it is looked at. Of the own TrustDomain,
   * whose status changes all the time, only this matters here.
   */
  private void tick() {
    try {
      peering.tick();
    } catch (RuntimeException e) {
      // what is thrown would end the ticks
      failed(e);
    }
    boolean connected = peering.isConnected();
    if (connected != wasConnected || caches.areCanariesDue() != canariesWereDue) {
      wasConnected = connected;
      ask();
    }
  }

  private void look() {
    Instant since = asked.getAndSet(null);
    canariesWereDue = caches.areCanariesDue();
    try {
      Optional<Link> link = caches.link(name);
      if (link.isPresent() && caches.areComplete() && bundle.isKnown()) {
        boolean settled = follow(link.get(), since);
        if (settled) {
          retries.reset();
        } else {
          later(retries.next());
        }
      }
    } catch (DeposedException e) {
      LOG.atInfo().addKeyValue("link", name).log(e.getMessage());
    } catch (RuntimeException e) {
      failed(e);
      later(retries.next());
    }
  }

  private void failed(RuntimeException e) {
    around.metrics().written(cluster, "Link", "failed");
    LOG.atWarn().addKeyValue("link", name).setCause(e).log("looking at the link failed");
  }

  /** Whether nothing is left to be tried again. */
  private boolean follow(Link link, @Nullable Instant since) {
    if (link.getMetadata().getDeletionTimestamp() != null) {
      stopFollowing();
      return new Farewell(around, caches, writes).say(link, following(link.getSpec()), bundle);
    }
    var refusal = LinkAdmission.refusal(link, caches.links(), around.ownCluster());
    if (refusal.isPresent()) {
      stopFollowing();
      report(
          link,
          List.of(Finding.no(LinkStatus.SYNCED, refusal.get().reason(), refusal.get().message())),
          MirrorPlan.nothing(),
          Optional.empty());
      return true;
    }
    if (!link.getFinalizers().contains(ObjectNames.LINK_FINALIZER)) {
      around.writer().update(Farewell.withFinalizer(link));
      return true;
    }
    peering.follow(link.getSpec());
    wasConnected = peering.isConnected();
    return reconcile(link, since);
  }

  private void stopFollowing() {
    peering.close();
    probes.follow(Set.of());
    paths.follow(List.of());
    canaries.rest();
    names.follow(Optional.empty());
  }

  private void showCanaries() {
    if (canariesWereDue) {
      canaries.show(probes.targets());
    } else {
      canaries.rest();
    }
  }

  private boolean reconcile(Link link, @Nullable Instant since) {
    LinkSpec spec = link.getSpec();
    Optional<PeerLists> lists = peering.lists();
    BundleFollowing following = following(spec);
    BundleDecision decision =
        lists.isPresent()
            ? following.decide(lists.get().bundle(), bundle.get())
            : following.withoutPeer(bundle.get());
    List<MirrorAction> actions = new ArrayList<>();
    decision.action().ifPresent(actions::add);
    probes.expect(SpiffeId.parse(spec.gatewayIdentity()), decision.inForce());
    Set<GatewayAddress> addresses =
        lists.map(PeerLists::gateways).orElseGet(() -> LastKnown.gateways(link));
    probes.follow(PeerLimits.followed(addresses));
    paths.follow(probes.targets());
    showCanaries();
    MirrorPlan plan =
        lists
            .map(complete ->
                MirrorPlan.of(
                    new LinkView(around.ownCluster(), spec),
                    new PeerState(complete.services(), probes.verdicts()),
                    caches.state()))
            .orElseGet(() -> MirrorPlan.readiness(cluster, probes.verdicts(), caches.state()));
    actions.addAll(plan.actions());
    Writes.Result result = writes.apply(actions);
    if (result.isComplete() && result.done() > 0 && since != null) {
      metrics.lag(Duration.between(since, around.clock().instant()));
    }
    int unsaid = events.say(link, plan.problems());
    List<Finding> findings = new ArrayList<>(peering.findings());
    findings.add(
        lists.isEmpty()
            ? Finding.unknown(
                LinkStatus.SYNCED, "ListsIncomplete", "the peer's lists are not complete yet")
            : ExportReport.finding(plan, result));
    findings.add(
        lists.isEmpty()
            ? LimitReport.unknown()
            : new LimitReport(
                    plan.cut(), Math.max(0, addresses.size() - PeerLimits.GATEWAYS), unsaid)
                .finding());
    findings.add(decision.finding());
    findings.add(GatewayReport.finding(probes.liveness()));
    findings.add(PathStatus.finding(paths.reports()));
    Optional<MirrorName> mirror = NameStatus.toAsk(caches.state(), cluster);
    names.follow(mirror);
    findings.add(NameStatus.finding(mirror, names.report()));
    report(link, findings, plan, lists.flatMap(PeerLists::enforcement));
    return result.isComplete();
  }

  private BundleFollowing following(LinkSpec spec) {
    return new BundleFollowing(
        new ObjectKey(around.namespace(), ObjectNames.peerTrustBundle(name)),
        cluster,
        TrustDomain.of(spec.trustDomain()));
  }

  private void report(
      Link link, List<Finding> findings, MirrorPlan plan, Optional<TrustEnforcement> enforcement) {
    metrics.services(plan.services());
    metrics.gateways(probes.liveness());
    StatusUpdate update =
        new StatusUpdate(
            findings,
            gateways.statuses(probes.liveness(), paths.reports(), link.getSpec().gatewayIdentity()),
            plan.services(),
            plan.endpoints(),
            new StatusUpdate.Trust(enforcement, canaries.status()));
    String now = around.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    update
        .over(link.getStatus(), link.getMetadata().getGeneration(), now)
        .ifPresent(status -> around.writer().updateStatus(Farewell.withStatus(link, status)));
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.atWarn().addKeyValue("link", name).log("its last look has not ended yet");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    probes.close();
    paths.close();
    canaries.close();
    names.close();
    peering.close();
    bundle.close();
    metrics.close();
  }
}

package io.isthmus.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.authority.AuthorityException;
import io.isthmus.control.authority.AuthorityStore;
import io.isthmus.control.authority.FormInForce;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.authority.OwnTrustDomain;
import io.isthmus.control.enforcement.EnforcementBoard;
import io.isthmus.control.enforcement.EnforcementPublisher;
import io.isthmus.control.federation.BundleServer;
import io.isthmus.control.federation.Federation;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.health.HealthServer;
import io.isthmus.control.identity.TokenAuthenticator;
import io.isthmus.control.kubernetes.ClusterInformers;
import io.isthmus.control.kubernetes.EnforcementStatuses;
import io.isthmus.control.kubernetes.Events;
import io.isthmus.control.kubernetes.OwnTrustStatus;
import io.isthmus.control.kubernetes.StateKeeper;
import io.isthmus.control.resources.Catalog;
import io.isthmus.control.rotation.RotationController;
import io.isthmus.control.rotation.RotationNews;
import io.isthmus.control.serving.Snapshots;
import io.isthmus.control.serving.StreamObservers;
import io.isthmus.control.state.ClusterState;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of the process and the order in which they start and end. */
final class ControlPlane implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration SYNC_POLL = Duration.ofMillis(20);
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  private final ControlSettings settings;
  private final KubernetesClient client;
  private final Duration proxiesReturn;
  private final InstantSource clock = InstantSource.system();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ScheduledExecutorService states =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("states").factory());

  /** Waits for the API server, where it hangs as well: nothing that proxies need runs here. */
  private final ScheduledExecutorService writes =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("writes").factory());

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("timer").daemon().factory());
  private final Freshness freshness = new Freshness();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile AutoCloseable running = () -> {};
  private final HealthServer health;
  private volatile int xdsPort;
  private volatile int bundlePort;
  private volatile int webhookPort;

  /** Opens the health port; nothing else runs until {@link #start}. */
  ControlPlane(ControlSettings settings, KubernetesClient client) throws IOException {
    this(settings, client, EnforcementPublisher.PROXIES_RETURN);
  }

  /** With proxies that come back within {@code proxiesReturn} when this process was away. */
  ControlPlane(ControlSettings settings, KubernetesClient client, Duration proxiesReturn)
      throws IOException {
    this.settings = settings;
    this.proxiesReturn = proxiesReturn;
    this.client = client;
    this.health = new HealthServer(settings.addresses().metrics(), metrics::scrape);
  }

  /**
   * Returns once it is ready, or was closed meanwhile; tries again while the API does not answer.
   */
  void start() throws IOException, InterruptedException {
    Issuing issuing = issuing();
    if (issuing == null) {
      return;
    }
    LiveAuthority authority = issuing.authority();
    metrics.gauge(
        "isthmus.trust.generation",
        Tags.of("trust_domain", settings.mesh().trustDomain().name()),
        authority,
        live -> live.current().bundle().sequence());
    metrics.gauge(
        "isthmus.issuer.expiry.timestamp.seconds",
        authority,
        live -> expiry(live.current().issuer()));
    AtomicReference<Runnable> onChange = new AtomicReference<>(() -> {});
    ClusterInformers informers =
        new ClusterInformers(
            client, settings.mesh().systemNamespace(), () -> onChange.getAcquire().run());
    running = informers;
    RotationController rotation = rotation(issuing, informers);
    StateKeeper keeper =
        new StateKeeper(
            new StateKeeper.Cluster(
                client,
                settings.mesh(),
                new OwnTrustStatus(
                    authority::current,
                    rotation::waitingFor,
                    issuing.form()::current,
                    issuing::problem),
                freshness),
            new StateKeeper.Threads(states, writes),
            metrics,
            clock);
    health.notReady("waiting for the API server's lists");
    while (!informers.hasSynced()) {
      if (stopping.await(SYNC_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    serve(new Trust(issuing, rotation), keeper, informers, onChange);
  }

  /** What the process issues with, and as what the TrustDomain wants it. */
  private record Issuing(LiveAuthority authority, FormInForce form) {
    Optional<OwnTrustStatus.Problem> problem() {
      return form.problem()
          .map(text -> new OwnTrustStatus.Problem("AuthorityRefused", text))
          .or(() ->
              authority
                  .offerProblem()
                  .map(text -> new OwnTrustStatus.Problem(TrustDomainStatus.ISSUER_REFUSED, text)));
    }
  }

  /** What the process issues with, and what replaces it. */
  private record Trust(Issuing issuing, RotationController rotation) {}

  private void serve(
      Trust trust,
      StateKeeper keeper,
      ClusterInformers informers,
      AtomicReference<Runnable> onChange)
      throws IOException {
    LiveAuthority authority = trust.issuing().authority();
    StreamObservers observers = new StreamObservers(metrics, clock);
    Snapshots snapshots = new Snapshots(catalog(keeper.make(informers)), observers);
    EnforcementBoard board = new EnforcementBoard(clock);
    EnforcementPublisher publisher = publisher(board, snapshots, trust.issuing(), informers);
    MeshServer server = meshServer(trust.issuing(), snapshots, board);
    TrustReporting reporting = new TrustReporting(publisher);
    running =
        () -> {
          reporting.close();
          server.close();
          informers.close();
        };
    AutoCloseable bundleServer = bundleServer(server, authority);
    Federation federation =
        new Federation(
            new Federation.Cluster(
                client, settings.mesh().systemNamespace(), settings.mesh().trustDomain()),
            new Federation.Reporting(freshness, metrics, () -> onChange.getAcquire().run()),
            clock);
    running =
        () -> {
          reporting.close();
          federation.close();
          bundleServer.close();
          server.close();
          authority.close();
          informers.close();
        };
    Optional<Injecting> injecting = injecting(server, authority, informers);
    AutoCloseable others = running;
    running =
        () -> {
          injecting.ifPresent(Injecting::close);
          others.close();
        };
    Runnable changed =
        () ->
            keeper.changed(
                informers,
                state -> {
                  own(informers).ifPresent(trust.issuing().form()::follow);
                  snapshots.publish(catalog(state));
                  federation.follow(informers.trustDomains(), state.trust().bundles());
                  injecting.ifPresent(Injecting::changed);
                });
    onChange.set(changed);
    authority.subscribe(changed);
    authority.watch(client, settings.mesh());
    changed.run(); // for what changed since the first state was made
    rotate(trust, changed);
    long look = StateKeeper.STATUS_PERIOD.toMillis();
    writes.scheduleWithFixedDelay(keeper::writeStatuses, look, look, TimeUnit.MILLISECONDS);
    xdsPort = server.port();
    reporting.start();
    metrics.gauge("isthmus.xds.streams", snapshots, all -> all.nodes().size());
    health.page("/proxies", () -> proxies(snapshots, observers) + publisher.page());
    health.ready();
    LOG.atInfo()
        .addKeyValue("cluster", settings.mesh().cluster())
        .addKeyValue("trust_domain", settings.mesh().trustDomain())
        .addKeyValue("xds_port", xdsPort)
        .addKeyValue("bundle_port", bundlePort)
        .addKeyValue("bundle_sequence", authority.current().bundle().sequence())
        .log("ready");
  }

  private static double expiry(Issuer issuer) {
    return issuer.holdsKey()
        ? issuer.certificate().getNotAfter().toInstant().getEpochSecond()
        : Double.NaN;
  }

  private Optional<TrustDomain> own(ClusterInformers informers) {
    return informers.trustDomains().stream()
        .filter(domain -> domain.getMetadata().getName().equals(settings.mesh().cluster()))
        .findFirst();
  }

  private RotationController rotation(Issuing issuing, ClusterInformers informers) {
    Events events = new Events(client, clock, metrics);
    RotationNews news = new RotationNews(clock);
    return new RotationController(
        issuing.authority(),
        new RotationController.Sources(
            settings.mesh().cluster(),
            () -> {
              // what is asked for and the form to make it in are of one TrustDomain
              Optional<TrustDomain> own = own(informers);
              own.ifPresent(issuing.form()::follow);
              return own;
            },
            informers::links,
            issuing.form()::current,
            issuing.form()::longestLeaf,
            settings.addresses().bundle().isPresent()),
        look -> news.of(look).forEach(each -> events.write(look.own(), each)),
        clock);
  }

  /**
   * What a rotation waits for, or cannot begin with, is told in the status, made with the state.
   */
  private void rotate(Trust trust, Runnable changed) {
    LiveAuthority authority = trust.issuing().authority();
    RotationController rotation = trust.rotation();
    long period = RotationController.PERIOD.toMillis();
    writes.scheduleWithFixedDelay(
        () -> {
          if (authority.isRefreshDue()) {
            authority.refresh(); // what is revoked or has expired does not wait for a change
          }
          List<String> before = rotation.waitingFor();
          Optional<OwnTrustStatus.Problem> problem = trust.issuing().problem();
          rotation.round();
          if (!before.equals(rotation.waitingFor()) || !problem.equals(trust.issuing().problem())) {
            changed.run();
          }
        },
        period,
        period,
        TimeUnit.MILLISECONDS);
  }

  private EnforcementPublisher publisher(
      EnforcementBoard board, Snapshots snapshots, Issuing issuing, ClusterInformers informers) {
    EnforcementStatuses written =
        new EnforcementStatuses(
            new EnforcementStatuses.Place(
                client, settings.mesh().systemNamespace(), settings.replica()),
            informers,
            metrics,
            clock);
    return new EnforcementPublisher(
        board,
        new EnforcementPublisher.Sources(
            snapshots::verifiers,
            () -> snapshots.state().trust().bundles(),
            () -> issuing.authority().current().rootsByAuthority(),
            written::hasReports,
            issuing.form()::longestLeaf,
            proxiesReturn),
        written,
        clock);
  }

  private MeshServer meshServer(Issuing issuing, Snapshots snapshots, EnforcementBoard board)
      throws IOException {
    InetSocketAddress address = settings.addresses().xds();
    try {
      return new MeshServer(
          address,
          new MeshServer.Parts(
              settings.mesh(),
              issuing.authority(),
              new TokenAuthenticator(client, settings.mesh(), settings.audience(), clock),
              snapshots,
              board,
              () -> issuing.form().current().leaf()),
          timer,
          metrics);
    } catch (IOException e) {
      throw new IOException("xds-address=%s: %s".formatted(address, e.getMessage()), e);
    }
  }

  private AutoCloseable bundleServer(MeshServer server, LiveAuthority authority)
      throws IOException {
    Optional<InetSocketAddress> address = settings.addresses().bundle();
    if (address.isEmpty()) {
      return () -> {};
    }
    try {
      BundleServer opened =
          new BundleServer(
              address.get(),
              new BundleServer.Served(server.identity(), () -> authority.current().bundle()),
              metrics);
      bundlePort = opened.port();
      return opened;
    } catch (IOException e) {
      throw new IOException("bundle-address=%s: %s".formatted(address.get(), e.getMessage()), e);
    }
  }

  private Optional<Injecting> injecting(
      MeshServer server, LiveAuthority authority, ClusterInformers informers) throws IOException {
    if (settings.injection().isEmpty()) {
      return Optional.empty();
    }
    Injecting opened =
        new Injecting(
            settings.injection().get(),
            settings.mesh().systemNamespace(),
            new Injecting.Process(client, authority, informers, writes, metrics),
            server.identity());
    webhookPort = opened.port();
    return Optional.of(opened);
  }

  private Catalog catalog(ClusterState state) {
    return new Catalog(state, settings.scope());
  }

  private @Nullable Issuing issuing() throws InterruptedException {
    do {
      try {
        FormInForce form = new FormInForce(OwnTrustDomain.ensure(client, settings.mesh()), clock);
        AuthorityStore store = new AuthorityStore(client, settings.mesh(), form::current, clock);
        LiveAuthority live = new LiveAuthority(store, store.load(Optional.empty()), writes, clock);
        live.ensureUsable();
        return new Issuing(live, form);
      } catch (AuthorityException | KubernetesClientException e) {
        health.notReady(String.valueOf(e.getMessage()));
        LOG.atError().addKeyValue("problem", e.getMessage()).log("no authority, trying again");
      }
    } while (!stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
    return null;
  }

  private static String proxies(Snapshots snapshots, StreamObservers observers) {
    return snapshots.nodes().stream()
            .map(node -> "connected %s %s %s\n".formatted(node.pod(), node.ip(), node.identity()))
            .sorted()
            .collect(Collectors.joining())
        + observers.rejections().entrySet().stream()
            .map(entry ->
                "rejected %s since %s: %s\n"
                    .formatted(entry.getKey(), entry.getValue().since(), entry.getValue().reason()))
            .collect(Collectors.joining());
  }

  /** 0 while, or if, the own bundle is not served. */
  int bundlePort() {
    return bundlePort;
  }

  /** 0 while, or if, Pods get no sidecar. */
  int webhookPort() {
    return webhookPort;
  }

  int xdsPort() {
    return xdsPort;
  }

  int healthPort() {
    return health.port();
  }

  @Override
  public void close() {
    health.notReady("stopping");
    stopping.countDown();
    try {
      running.close();
    } catch (Exception e) {
      LOG.warn("a part did not end well", e);
    }
    timer.shutdownNow();
    states.shutdownNow();
    writes.shutdownNow();
    client.close();
    health.close();
    LOG.info("stopped");
  }
}

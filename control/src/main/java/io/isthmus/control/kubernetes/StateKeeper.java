package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.ServiceKey;
import io.isthmus.control.watch.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one state out of many changes: {@code DEBOUNCE} after the first of them. All states are
 * made on one thread, in order; what is written of the last one, on another: an API server that
 * hangs delays no configuration.
 */
public final class StateKeeper {
  static final Duration DEBOUNCE = Duration.ofMillis(50);

  /** How often statuses are looked at when nothing but the time changes. */
  public static final Duration STATUS_PERIOD = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);

  private final Mesh mesh;
  private final TrustReader trust;
  private final ExpiryReport expiry;
  private final TrustDomainStatuses statuses;
  private final Problems problems;
  private final ServiceEvents events;
  private final MeterRegistry metrics;
  private final Rounds states;
  private final Rounds writes;
  private volatile Runnable writesOfTheLastState = () -> {};

  /** What states are made from and written to. */
  public record Cluster(
      KubernetesClient client, Mesh mesh, OwnTrustStatus own, Freshness freshness) {}

  /**
   * One thread each.
   *
   * @param states where states are made
   * @param writes where the API server is written to, and waited for
   */
  public record Threads(ScheduledExecutorService states, Executor writes) {}

  public StateKeeper(Cluster cluster, Threads threads, MeterRegistry metrics, InstantSource clock) {
    this.mesh = cluster.mesh();
    this.states =
        new Rounds(
            round -> threads.states().schedule(round, DEBOUNCE.toMillis(), TimeUnit.MILLISECONDS));
    this.writes = new Rounds(threads.writes());
    this.metrics = metrics;
    this.trust = new TrustReader(mesh, () -> cluster.own().authority().get().bundle());
    Events events = new Events(cluster.client(), clock, metrics);
    this.expiry = new ExpiryReport(events, metrics, clock);
    this.statuses =
        new TrustDomainStatuses(
            new TrustDomainStatuses.Sources(cluster.own(), cluster.freshness(), expiry),
            new StatusPatch(cluster.client(), metrics),
            clock);
    this.problems = new Problems(metrics);
    this.events = new ServiceEvents(events);
  }

  /** Asks for a new state soon; any thread. */
  public void changed(ClusterInformers informers, Consumer<ClusterState> use) {
    states.ask(() -> remake(informers, use));
  }

  private void remake(ClusterInformers informers, Consumer<ClusterState> use) {
    try {
      metrics.timer("isthmus.state.rebuild").record(() -> use.accept(make(informers)));
    } catch (RuntimeException e) {
      metrics.counter("isthmus.state.failures").increment();
      LOG.error("no new state could be made: the last good one stays", e);
    }
  }

  /** The thread of states, or the starting one before there are changes. */
  public ClusterState make(ClusterInformers informers) {
    TrustReader.Result trusted = trust.read(informers.trustInput());
    Map<String, String> wrong = new TreeMap<>(trusted.problems());
    TreeMap<ServiceKey, MeshService> services = new TreeMap<>();
    informers
        .services()
        .forEach(service ->
            ServiceReader.read(service)
                .ifPresent(read -> {
                  services.put(read.key(), read);
                  if (read.reach() instanceof MeshService.Reach.Broken(String problem)) {
                    wrong.put("Service " + read.key(), problem);
                  }
                }));
    ClusterState state =
        new ClusterState(
            mesh,
            services,
            EndpointReader.endpoints(informers.slices()),
            ClusterState.Pods.of(
                informers.pods().stream()
                    .flatMap(pod -> EndpointReader.read(pod).stream())
                    .toList()),
            trusted.trust());
    Map<ServiceKey, String> notExported = notExported(state);
    notExported.forEach((service, problem) -> wrong.put("Service " + service, problem));
    problems.are(wrong);
    writesOfTheLastState =
        () -> {
          expiry.measure(state.trust().bundles());
          statuses.write(informers.trustDomains(), state, trusted.problems());
          events.say(informers.services(), notExported);
        };
    writes.ask(this::writeStatuses); // of the last state
    return state;
  }

  /** Writes what differs by now; the thread of writes. Never throws: it is run again and again. */
  public void writeStatuses() {
    try {
      writesOfTheLastState.run();
    } catch (RuntimeException e) {
      LOG.error("statuses not written, trying again", e);
    }
  }

  /**
   * Services that somebody meant to export, and why they are not, or not to all that were meant.
   */
  private static Map<ServiceKey, String> notExported(ClusterState state) {
    Map<ServiceKey, String> found = new TreeMap<>();
    state
        .services()
        .forEach((key, service) -> {
          switch (service.reach()) {
            case MeshService.Reach.Misread(String problem) ->
                found.put(key, "%s is not exported: %s".formatted(key, problem));
            case MeshService.Reach.Exported(Export export) ->
                state.ambiguity(export).ifPresent(problem -> found.put(key, key + ": " + problem));
            case MeshService.Reach.Local _,
                MeshService.Reach.Mirrored _,
                MeshService.Reach.Broken _ -> {}
          }
        });
    return found;
  }
}

package io.isthmus.mirror.peer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustEnforcement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches on one peer, under one set of credentials. They try again for ever, with growing
 * pauses up to ten seconds; other credentials need another connection. Belongs to the Link's
 * thread.
 */
public final class PeerConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

  /** The longest pause before a watch is tried again. */
  private static final Duration GAP = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final LinkSpec spec;
  private final Runnable changed;
  private final Heartbeat heartbeat;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final Optional<SharedIndexInformer<Service>> services;
  private final Optional<SharedIndexInformer<Service>> gateway;
  private final SharedIndexInformer<ConfigMap> bundle;
  private final SharedIndexInformer<TrustDomain> trustDomains;
  private final String ownTrustDomain;
  private Instant watched = Instant.EPOCH;
  private Instant beaten = Instant.EPOCH.plus(GAP);

  /** What of the peer is followed: as the Link says, and what it says of us. */
  public record Wanted(LinkSpec spec, String ownTrustDomain) {}

  /** The listener is called from the client's threads, after a list or an event. */
  public PeerConnection(KubernetesClient client, Wanted wanted, Runnable changed) {
    this.client = client;
    this.spec = wanted.spec();
    this.ownTrustDomain = wanted.ownTrustDomain();
    this.changed = changed;
    this.heartbeat = new Heartbeat(client, changed);
    var labels = spec.imports().selector().matchLabels();
    this.services =
        labels.isEmpty()
            ? Optional.empty()
            : Optional.of(watch(client.services().inAnyNamespace().withLabels(labels)));
    this.gateway =
        Optional.ofNullable(spec.gateway().serviceRef())
            .map(ref -> client.services().inNamespace(ref.namespace()).withName(ref.name()))
            .map(this::watch);
    this.bundle =
        watch(
            client
                .configMaps()
                .inNamespace(ObjectNames.SYSTEM_NAMESPACE)
                .withName(ObjectNames.TRUST_BUNDLE));
    this.trustDomains = beside(client.resources(TrustDomain.class));
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(Informable<T> source) {
    SharedIndexInformer<T> informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> {
      failure.set(problem);
      changed.run();
      return true;
    });
    informer.addEventHandler(new Listener<>(changed));
    informers.add(informer);
    return informer;
  }

  /** Nothing else waits for it: a Link that was made before may not allow to read it. */
  private SharedIndexInformer<TrustDomain> beside(Informable<TrustDomain> source) {
    SharedIndexInformer<TrustDomain> informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> {
      LOG.atInfo()
          .addKeyValue("cluster", spec.cluster())
          .addKeyValue("problem", problem.getMessage())
          .log("cannot read what the peer enforces, trying again");
      return true;
    });
    informer.addEventHandler(new Listener<>(changed));
    return informer;
  }

  public void start() {
    trustDomains.start();
    for (SharedIndexInformer<?> informer : informers) {
      informer.start().whenComplete((done, problem) -> changed.run());
    }
  }

  /** To be called about once a second: asks the peer for a sign of life. Never blocks. */
  public void beat(Instant now) {
    heartbeat.beat(now);
    beaten = now;
    if (isWatching()) {
      watched = now;
      failure.set(null);
    }
  }

  /**
   * Whether the peer has answered the last beat, every list has been complete once, and all is
   * watched. A watch ends every few minutes and is opened again: that is no interruption.
   */
  public boolean isConnected() {
    boolean isWatched = isWatching() || Duration.between(watched, beaten).abs().compareTo(GAP) < 0;
    return heartbeat.missed().isEmpty()
        && informers.stream().allMatch(SharedIndexInformer::hasSynced)
        && isWatched;
  }

  private boolean isWatching() {
    return informers.stream().allMatch(SharedIndexInformer::isWatching);
  }

  /** What fails, beats before watches; of a watch it may have been overcome in the last second. */
  public Optional<Throwable> lastFailure() {
    return heartbeat.missed().or(() -> Optional.ofNullable(failure.get()));
  }

  /** The peer does not take these credentials. */
  public boolean isRefused() {
    return lastFailure()
        .map(PeerConnection::status)
        .filter(status -> status == 401 || status == 403)
        .isPresent();
  }

  private static int status(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException refusal && refusal.getCode() > 0) {
        return refusal.getCode();
      }
    }
    return 0;
  }

  /** Empty until every list has been complete once under these credentials. */
  public Optional<PeerLists> lists() {
    if (!informers.stream().allMatch(SharedIndexInformer::hasSynced)) {
      return Optional.empty();
    }
    return Optional.of(
        new PeerLists(
            services.map(informer -> informer.getStore().list()).orElse(List.of()),
            gateways(),
            bundle.getStore().list().stream().findFirst(),
            enforcement()));
  }

  private Optional<TrustEnforcement> enforcement() {
    return trustDomains.getStore().list().stream()
        .filter(domain -> domain.getSpec() != null && domain.getStatus() != null)
        .filter(domain -> domain.getSpec().trustDomain().equals(ownTrustDomain))
        .flatMap(domain -> Optional.ofNullable(domain.getStatus().enforcement()).stream())
        .findFirst();
  }

  private Set<GatewayAddress> gateways() {
    Set<GatewayAddress> addresses = new TreeSet<>();
    if (spec.gateway().addresses() != null) {
      spec.gateway().addresses().forEach(address -> addresses.add(GatewayAddress.of(address)));
    }
    gateway.stream()
        .flatMap(informer -> informer.getStore().list().stream())
        .map(GatewayAddress::of)
        .forEach(addresses::addAll);
    return addresses;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    trustDomains.stop();
    client.close();
  }

  /** Tells that something has changed, never what: the worker looks at everything. */
  private record Listener<T>(Runnable changed) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      changed.run();
    }

    @Override
    public void onUpdate(T before, T after) {
      changed.run();
    }

    @Override
    public void onDelete(T object, boolean unknownFinalState) {
      changed.run();
    }
  }
}

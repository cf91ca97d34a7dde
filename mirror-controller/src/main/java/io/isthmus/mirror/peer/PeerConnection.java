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
import io.isthmus.api.link.LinkSpec;
import io.isthmus.mirror.plan.GatewayAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The watches on one peer, under one set of credentials. They try again for ever, with growing
 * pauses up to half a minute; other credentials need another connection.
 */
public final class PeerConnection implements AutoCloseable {
  private final KubernetesClient client;
  private final LinkSpec spec;
  private final Runnable changed;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final Optional<SharedIndexInformer<Service>> services;
  private final Optional<SharedIndexInformer<Service>> gateway;
  private final SharedIndexInformer<ConfigMap> bundle;

  /** The listener is called from the client's threads, after a list or an event. */
  public PeerConnection(KubernetesClient client, LinkSpec spec, Runnable changed) {
    this.client = client;
    this.spec = spec;
    this.changed = changed;
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

  public void start() {
    for (SharedIndexInformer<?> informer : informers) {
      informer.start().whenComplete((done, problem) -> changed.run());
    }
  }

  /** Whether every watch runs at this moment. */
  public boolean isConnected() {
    return informers.stream().allMatch(informer -> informer.hasSynced() && informer.isWatching());
  }

  /** What failed last; it may have been overcome since. */
  public Optional<Throwable> lastFailure() {
    return Optional.ofNullable(failure.get());
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
            bundle.getStore().list().stream().findFirst()));
  }

  private Set<GatewayAddress> gateways() {
    Set<GatewayAddress> addresses = new TreeSet<>();
    if (spec.gateway().addresses() != null) {
      spec.gateway().addresses().forEach(address -> addresses.add(GatewayAddress.of(address)));
    }
    gateway.stream()
        .flatMap(informer -> informer.getStore().list().stream())
        .map(GatewayAddresses::of)
        .forEach(addresses::addAll);
    return addresses;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
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

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.mirror.plan.LocalState;
import io.isthmus.mirror.plan.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in this cluster, kept by watches that never give up. Thread-safe. */
final class LocalCaches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCaches.class);
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final SharedIndexInformer<Link> links;
  private final SharedIndexInformer<Namespace> namespaces;
  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final SharedIndexInformer<TrustDomain> ownTrust;

  /** The listener gets every object that came, changed or went; it must not block. */
  LocalCaches(Surroundings around, Consumer<HasMetadata> changed) {
    KubernetesClient client = around.client();
    links = watch(client.resources(Link.class).inNamespace(around.namespace()), changed);
    namespaces = watch(client.namespaces(), changed);
    services = watch(client.services().inAnyNamespace(), changed);
    slices =
        watch(
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inAnyNamespace()
                .withLabel(Labels.MIRRORED, Labels.MIRRORED_TRUE),
            changed);
    ownTrust = beside(client.resources(TrustDomain.class).withName(around.ownCluster()));
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(
      Informable<T> source, Consumer<HasMetadata> changed) {
    SharedIndexInformer<T> informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> true);
    informer.addEventHandler(new Listener<>(changed));
    informers.add(informer);
    return informer;
  }

  /** Nothing else waits for it: a role that was made before may not allow to read it. */
  private static <T extends HasMetadata> SharedIndexInformer<T> beside(Informable<T> source) {
    SharedIndexInformer<T> informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> {
      LOG.atInfo()
          .addKeyValue("problem", problem.getMessage())
          .log("cannot read the own TrustDomain, trying again: a rotation will wait for canaries");
      return true;
    });
    return informer;
  }

  /** Calls back, once, when all lists are complete. */
  void start(Runnable complete) {
    ownTrust.start();
    var all =
        java.util.concurrent.CompletableFuture.allOf(
            informers.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(java.util.concurrent.CompletableFuture<?>[]::new));
    all.thenRun(complete);
  }

  boolean areComplete() {
    return informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  List<Link> links() {
    return links.getStore().list();
  }

  Optional<Link> link(String name) {
    return links().stream().filter(link -> link.getMetadata().getName().equals(name)).findFirst();
  }

  /** Whether the own trust domain is about to switch to another issuer, and trusts both. */
  boolean areCanariesDue() {
    return ownTrust.getStore().list().stream().anyMatch(LocalCaches::areCanariesDue);
  }

  private static boolean areCanariesDue(TrustDomain own) {
    TrustDomainSpec.@Nullable Rotation asked =
        own.getSpec() == null ? null : own.getSpec().rotation();
    return own.getStatus() != null
        && TrustDomainStatus.DUAL_TRUST.equals(own.getStatus().phase())
        && (asked == null || !Boolean.TRUE.equals(asked.abort()));
  }

  LocalState state() {
    Set<String> present =
        namespaces.getStore().list().stream()
            .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
            .map(namespace -> namespace.getMetadata().getName())
            .collect(Collectors.toSet());
    return new LocalState(present, byKey(services), byKey(slices));
  }

  private static <T extends HasMetadata> Map<ObjectKey, T> byKey(SharedIndexInformer<T> informer) {
    Map<ObjectKey, T> objects = new HashMap<>();
    for (T object : informer.getStore().list()) {
      objects.put(ObjectKey.of(object), object);
    }
    return objects;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    ownTrust.stop();
  }

  private record Listener<T extends HasMetadata>(Consumer<HasMetadata> changed)
      implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      changed.accept(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      changed.accept(after);
    }

    @Override
    public void onDelete(T object, boolean unknownFinalState) {
      changed.accept(object);
    }
  }
}

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

/** What is in this cluster, kept by watches that never give up. Thread-safe. */
final class LocalCaches implements AutoCloseable {
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final SharedIndexInformer<Link> links;
  private final SharedIndexInformer<Namespace> namespaces;
  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;

  /** The listener gets every object that came, changed or went; it must not block. */
  LocalCaches(KubernetesClient client, String namespace, Consumer<HasMetadata> changed) {
    links = watch(client.resources(Link.class).inNamespace(namespace), changed);
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
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(
      Informable<T> source, Consumer<HasMetadata> changed) {
    SharedIndexInformer<T> informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> true);
    informer.addEventHandler(new Listener<>(changed));
    informers.add(informer);
    return informer;
  }

  /** Calls back, once, when all lists are complete. */
  void start(Runnable complete) {
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

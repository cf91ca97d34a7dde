package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** This cluster's objects, to which plans can be applied as an API server would. */
final class FakeCluster {
  private final Set<String> namespaces = new HashSet<>();
  private final Map<ObjectKey, Service> services = new HashMap<>();
  private final Map<ObjectKey, EndpointSlice> slices = new HashMap<>();

  FakeCluster(String... namespaces) {
    this.namespaces.addAll(List.of(namespaces));
  }

  void addNamespace(String namespace) {
    namespaces.add(namespace);
  }

  LocalState state() {
    return new LocalState(namespaces, services, slices);
  }

  void put(HasMetadata object) {
    switch (object) {
      case Service service -> services.put(ObjectKey.of(service), service);
      case EndpointSlice slice -> slices.put(ObjectKey.of(slice), slice);
      default -> throw new IllegalArgumentException("unexpected " + object.getKind());
    }
  }

  MirrorPlan apply(MirrorPlan plan) {
    for (MirrorAction action : plan.actions()) {
      switch (action) {
        case MirrorAction.Create(var object, var _) -> put(object);
        case MirrorAction.Update(var object, var _) -> put(object);
        case MirrorAction.Delete(var object, var _) -> {
          services.values().remove(object);
          slices.values().remove(object);
        }
      }
    }
    return plan;
  }

  Service service(String namespace, String name) {
    Service found = services.get(new ObjectKey(namespace, name));
    if (found == null) {
      throw new AssertionError(namespace + "/" + name + " is not there: " + services.keySet());
    }
    return found;
  }

  EndpointSlice slice(String namespace, String name) {
    EndpointSlice found = slices.get(new ObjectKey(namespace, name));
    if (found == null) {
      throw new AssertionError(namespace + "/" + name + " is not there: " + slices.keySet());
    }
    return found;
  }

  boolean isEmpty() {
    return services.isEmpty() && slices.isEmpty();
  }
}

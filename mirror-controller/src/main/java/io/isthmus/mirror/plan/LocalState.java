package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Map;
import java.util.Set;

/**
 * What is here, of every owner.
 *
 * @param namespaces those that are not being deleted
 */
public record LocalState(
    Set<String> namespaces,
    Map<ObjectKey, Service> services,
    Map<ObjectKey, EndpointSlice> slices) {
  public LocalState {
    namespaces = Set.copyOf(namespaces);
    services = Map.copyOf(services);
    slices = Map.copyOf(slices);
  }
}

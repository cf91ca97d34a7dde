package io.isthmus.control.resources;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All resources of one proxy. Those that others use too are the same objects. */
public final class NodeResources {
  /** Of a proxy that is known to nobody: nothing. */
  public static final NodeResources EMPTY = new Builder().build();

  private final Map<ResourceKind, List<Map<String, Resource>>> layers;

  private NodeResources(Map<ResourceKind, List<Map<String, Resource>>> layers) {
    this.layers = layers;
  }

  public Optional<Resource> find(ResourceKind kind, String name) {
    return layers.getOrDefault(kind, List.of()).stream()
        .flatMap(layer -> Optional.ofNullable(layer.get(name)).stream())
        .findFirst();
  }

  /** A copy, by name. */
  public Map<String, Resource> all(ResourceKind kind) {
    Map<String, Resource> all = new LinkedHashMap<>();
    layers.getOrDefault(kind, List.of()).forEach(all::putAll);
    return all;
  }

  static final class Builder {
    private final Map<ResourceKind, List<Map<String, Resource>>> layers =
        new EnumMap<>(ResourceKind.class);

    /** Shares the map: it must not change afterwards. */
    Builder share(ResourceKind kind, Map<String, Resource> resources) {
      layers.computeIfAbsent(kind, _ -> new ArrayList<>()).add(resources);
      return this;
    }

    Builder add(ResourceKind kind, Resource resource) {
      layers.computeIfAbsent(kind, _ -> new ArrayList<>()).add(Map.of(resource.name(), resource));
      return this;
    }

    NodeResources build() {
      return new NodeResources(layers);
    }
  }
}

package io.isthmus.proxy.xds;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** All resources of one moment, by type and name. Immutable. */
record Resources(Map<ResourceType, Map<String, Held>> byType) {
  static final Resources NONE = new Resources(Map.of());

  /** A resource as the control plane versioned it, so that it can be told what is held. */
  record Held(String version, Resource resource) {}

  Map<String, Held> of(ResourceType type) {
    return byType.getOrDefault(type, Map.of());
  }

  Resources with(ResourceType type, Map<String, Held> changed, Set<String> removed) {
    Map<String, Held> next = new HashMap<>(of(type));
    next.keySet().removeAll(removed);
    next.putAll(changed);
    return replacing(type, next);
  }

  /** With all of a type as {@code other} has it. */
  Resources adopting(ResourceType type, Resources other) {
    return replacing(type, other.of(type));
  }

  /** Without what nobody asks for any more. */
  Resources only(Subscriptions wanted) {
    Resources pruned = this;
    for (ResourceType type : ResourceType.values()) {
      if (!type.wildcard()) {
        Map<String, Held> next = new HashMap<>(pruned.of(type));
        next.keySet().retainAll(wanted.of(type));
        pruned = pruned.replacing(type, next);
      }
    }
    return pruned;
  }

  Map<String, String> versions(ResourceType type) {
    Map<String, String> versions = new HashMap<>();
    of(type).forEach((name, held) -> versions.put(name, held.version()));
    return versions;
  }

  private Resources replacing(ResourceType type, Map<String, Held> next) {
    Map<ResourceType, Map<String, Held>> all = new EnumMap<>(ResourceType.class);
    all.putAll(byType);
    all.put(type, Map.copyOf(next));
    return new Resources(Map.copyOf(all));
  }
}

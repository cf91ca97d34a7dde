package io.isthmus.control.serving;

import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.StatusException;
import io.isthmus.control.resources.NodeResources;
import io.isthmus.control.resources.Resource;
import io.isthmus.control.resources.ResourceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client wants of one type, and what it was told. A refused resource counts as told: it is
 * sent again when it changes, not before. Guarded by its stream's lock.
 */
final class Subscription {
  private static final String ALL = "*";
  private static final String ABSENT = "";

  private final ResourceKind kind;
  private final boolean wildcard;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> told = new HashMap<>();
  private final Set<String> nonces = new HashSet<>();
  private boolean answered;
  private @Nullable DeltaWatch watch;

  /** What has to be sent. */
  record Change(Map<String, Resource> resources, List<String> removed) {}

  /** From the first request of the type on a stream. */
  Subscription(ResourceKind kind, DeltaDiscoveryRequest first) {
    this.kind = kind;
    this.wildcard =
        first.getResourceNamesSubscribeList().contains(ALL)
            || (first.getResourceNamesSubscribeCount() == 0
                && (kind == ResourceKind.CLUSTER || kind == ResourceKind.LISTENER));
    // Whatever version the client claims, it is sent what we have, and told what we do not have.
    first.getInitialResourceVersionsMap().forEach((name, version) -> told.put(name, "claimed"));
    if (!wildcard) {
      names.addAll(first.getInitialResourceVersionsMap().keySet());
    }
  }

  /** Each name that is asked for is answered, also when its version is one already told. */
  void update(DeltaDiscoveryRequest request) throws StatusException {
    StreamLimits.checkNames(kind, request);
    for (String name : request.getResourceNamesUnsubscribeList()) {
      names.remove(name);
      told.remove(name);
    }
    for (String name : request.getResourceNamesSubscribeList()) {
      if (!name.equals(ALL)) {
        names.add(name);
        told.remove(name);
      }
    }
    StreamLimits.checkCount(kind, names.size());
  }

  /** A copy. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  boolean awaits(String nonce) {
    return nonces.contains(nonce);
  }

  void sent(String nonce) {
    nonces.add(nonce);
  }

  void settled(String nonce) {
    nonces.remove(nonce);
  }

  void watch(DeltaWatch next) {
    watch = next;
  }

  Optional<DeltaWatch> openWatch() {
    return Optional.ofNullable(watch).filter(open -> !open.isCancelled());
  }

  /** Whether something is on its way to the client, or should be. */
  boolean isBusy(NodeResources current) {
    return !nonces.isEmpty() || change(current, Removals.NOW).isPresent();
  }

  enum Removals {
    NOW,
    LATER
  }

  Optional<Change> change(NodeResources current, Removals removals) {
    Map<String, Resource> changed = new TreeMap<>();
    List<String> removed = new ArrayList<>();
    Map<String, Resource> wanted = wanted(current);
    wanted.forEach((name, resource) -> {
      if (!resource.version().equals(told.get(name))) {
        changed.put(name, resource);
      }
    });
    if (removals == Removals.NOW) {
      told.forEach((name, version) -> {
        if (!version.equals(ABSENT) && !wanted.containsKey(name)) {
          removed.add(name);
        }
      });
    }
    for (String name : names) {
      if (!wanted.containsKey(name) && !told.containsKey(name)) {
        removed.add(name); // never known: said at once
      }
    }
    return changed.isEmpty() && removed.isEmpty() && (answered || !wildcard)
        ? Optional.empty()
        : Optional.of(new Change(changed, List.copyOf(removed)));
  }

  private Map<String, Resource> wanted(NodeResources current) {
    if (wildcard) {
      return current.all(kind);
    }
    Map<String, Resource> wanted = new HashMap<>();
    for (String name : names) {
      current.find(kind, name).ifPresent(resource -> wanted.put(name, resource));
    }
    return wanted;
  }

  /** The change is being sent on the open watch. */
  void tell(Change change) {
    change.resources().forEach((name, resource) -> told.put(name, resource.version()));
    change
        .removed()
        .forEach(name -> {
          if (names.contains(name)) {
            told.put(name, ABSENT);
          } else {
            told.remove(name);
          }
        });
    answered = true;
    watch = null;
  }
}

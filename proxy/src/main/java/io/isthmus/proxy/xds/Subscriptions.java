package io.isthmus.proxy.xds;

import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.xds.Node.ExplicitNames;
import io.isthmus.proxy.xds.Resource.PeerRule;
import io.isthmus.proxy.xds.Resources.Held;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names that resources refer to, of the types that come by name only. */
record Subscriptions(Map<ResourceType, Set<String>> names) {
  static final Subscriptions NONE = new Subscriptions(Map.of());

  Set<String> of(ResourceType type) {
    return names.getOrDefault(type, Set.of());
  }

  static Subscriptions of(Resources resources, ExplicitNames explicitNames) {
    Set<String> endpoints = new TreeSet<>();
    Set<String> routes = new TreeSet<>();
    Set<TrustDomain> domains = new HashSet<>();
    resources
        .of(ResourceType.CLUSTER)
        .forEach((name, held) -> {
          if (held.resource() instanceof Resource.DynamicCluster cluster) {
            endpoints.add(name);
            cluster.peers().values().stream().map(PeerRule::trustDomain).forEach(domains::add);
          }
        });
    for (Held held : resources.of(ResourceType.LISTENER).values()) {
      if (held.resource() instanceof Resource.InboundListener inbound) {
        routes.add(inbound.routes());
        domains.addAll(inbound.trustDomains().keySet());
      }
    }
    switch (explicitNames) {
      case ASKED -> routes.add(RouteReader.EXPLICIT);
      case NOT_ASKED -> {}
    }
    Set<String> secrets = new TreeSet<>();
    domains.forEach(domain -> secrets.add(SecretReader.PREFIX + domain));
    Map<ResourceType, Set<String>> names = new EnumMap<>(ResourceType.class);
    names.put(ResourceType.ENDPOINTS, endpoints);
    names.put(ResourceType.ROUTES, routes);
    names.put(ResourceType.SECRET, secrets);
    return new Subscriptions(names);
  }
}

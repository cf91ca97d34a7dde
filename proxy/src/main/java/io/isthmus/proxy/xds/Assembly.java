package io.isthmus.proxy.xds;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.xds.Resource.DynamicCluster;
import io.isthmus.proxy.xds.Resource.Health;
import io.isthmus.proxy.xds.Resource.PeerRule;
import io.isthmus.proxy.xds.Resource.Place;
import io.isthmus.proxy.xds.Resource.TunnelKind;
import io.isthmus.proxy.xds.Resource.Via;
import io.isthmus.proxy.xds.Resources.Held;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts resources together into a configuration, and lists what they refer to and is not there. */
final class Assembly {
  private final Resources resources;
  private final List<Missing> missing = new ArrayList<>();
  private final Map<String, Cluster> clusters = new HashMap<>();
  private final Map<InetSocketAddress, String> addresses = new HashMap<>();
  private Map<String, String> names = Map.of();
  private Inbound inbound = Inbound.NONE;
  private BundleSet bundles = BundleSet.EMPTY;

  sealed interface Result {
    record Complete(MeshConfig config) implements Result {}

    /** References that lead nowhere, of which there is at least one. */
    record Incomplete(List<Missing> missing) implements Result {}
  }

  private Assembly(Resources resources) {
    this.resources = resources;
  }

  static Result of(Resources resources, Subscriptions wanted, String version) {
    Assembly assembly = new Assembly(resources);
    assembly.secrets(wanted.of(ResourceType.SECRET));
    resources.of(ResourceType.CLUSTER).forEach(assembly::cluster);
    resources.of(ResourceType.LISTENER).forEach(assembly::listener);
    assembly.explicitNames();
    return assembly.missing.isEmpty()
        ? new Result.Complete(assembly.config(version))
        : new Result.Incomplete(List.copyOf(assembly.missing));
  }

  private MeshConfig config(String version) {
    return new MeshConfig(version, addresses, names, clusters, inbound, bundles);
  }

  private void secrets(Set<String> wanted) {
    for (String name : wanted) {
      if (find(ResourceType.SECRET, name) instanceof Resource.Bundle(var bundle)) {
        bundles = bundles.with(bundle);
      } else {
        missing.add(new Missing.Bundle(name));
      }
    }
  }

  private void cluster(String name, Held held) {
    switch (held.resource()) {
      case Resource.StaticCluster(var service, var endpoints) ->
          clusters.put(name, new Cluster(name, service, endpoints));
      case DynamicCluster cluster -> {
        if (find(ResourceType.ENDPOINTS, name) instanceof Resource.Endpoints(var places)) {
          clusters.put(
              name, new Cluster(name, cluster.service(), endpoints(name, cluster, places)));
        } else {
          missing.add(new Missing.Endpoints(name));
        }
      }
      default -> throw new IllegalStateException("no cluster: " + held);
    }
  }

  private List<Endpoint> endpoints(String name, DynamicCluster cluster, List<Place> places) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Place place : places) {
      tunnel(name, cluster, place)
          .ifPresent(tunnel ->
              endpoints.add(
                  new Endpoint(place.address(), tunnel, place.health() == Health.HEALTHY)));
    }
    return endpoints;
  }

  private Optional<Tunnel> tunnel(String name, DynamicCluster cluster, Place place) {
    if (place.via().isEmpty()) {
      return Optional.of(new Tunnel.Plain());
    }
    Via via = place.via().get();
    Optional<ExpectedPeer> peer = peer(name, cluster, via.kind());
    return switch (via.kind()) {
      case HBONE -> peer.map(expected -> new Tunnel.Hbone(via.authority(), expected));
      case GATEWAY ->
          switch (via.ends()) {
            case THERE ->
                peer.map(
                    expected -> new Tunnel.Gateway(via.authority(), expected, Optional.empty()));
            case BEHIND ->
                peer.flatMap(expected ->
                    peer(name, cluster, TunnelKind.INNER)
                        .map(inner ->
                            new Tunnel.Gateway(via.authority(), expected, Optional.of(inner))));
          };
      case INNER -> throw new IllegalStateException("no endpoint has an inner tunnel: " + place);
    };
  }

  private Optional<ExpectedPeer> peer(String name, DynamicCluster cluster, TunnelKind kind) {
    @Nullable PeerRule rule = cluster.peers().get(kind);
    if (rule == null) {
      missing.add(new Missing.Peer(name, kind));
      return Optional.empty();
    }
    return Optional.of(rule.peer());
  }

  private void listener(String name, Held held) {
    switch (held.resource()) {
      case Resource.InboundListener(var routes, var domains) -> {
        if (find(ResourceType.ROUTES, routes) instanceof Resource.InboundRoutes(var table)) {
          Map<String, InboundRoute> byAuthority = new HashMap<>();
          for (InboundRoute route : table) {
            routed("inbound", route.authority(), route.cluster());
            byAuthority.put(route.authority(), route);
          }
          inbound = new Inbound(domains, byAuthority);
        } else {
          missing.add(new Missing.InboundRoutes());
        }
      }
      case Resource.OutboundListener(var own, var cluster) -> {
        if (!isKnown(cluster)) {
          missing.add(new Missing.ListenersCluster(name, cluster));
        }
        for (InetSocketAddress address : own) {
          @Nullable String other = addresses.put(address, cluster);
          if (other != null) {
            missing.add(new Missing.SharedAddress(name, address, other));
          }
        }
      }
      default -> throw new IllegalStateException("no listener: " + held);
    }
  }

  private void explicitNames() {
    if (find(ResourceType.ROUTES, RouteReader.EXPLICIT)
        instanceof Resource.ExplicitRoutes(var table)) {
      table.forEach((name, cluster) -> routed(RouteReader.EXPLICIT, name, cluster));
      names = table;
    }
  }

  private void routed(String table, String route, String cluster) {
    if (!isKnown(cluster)) {
      missing.add(new Missing.RoutesCluster(table, route, cluster));
    }
  }

  private boolean isKnown(String cluster) {
    return resources.of(ResourceType.CLUSTER).containsKey(cluster);
  }

  private @Nullable Resource find(ResourceType type, String name) {
    @Nullable Held held = resources.of(type).get(name);
    return held == null ? null : held.resource();
  }
}

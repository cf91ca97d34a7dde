package io.isthmus.control.resources;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.ConnectMatcher;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Peer;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.Scope;
import io.isthmus.control.state.ServiceKey;
import io.isthmus.control.state.TunnelMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The resources of every proxy, for one state of the cluster. What proxies share (a namespace's
 * Services, bundles, exports) is made once, when first asked for.
 */
public final class Catalog {
  private static final String ANYWHERE = "";

  private final ClusterState state;
  private final Optional<OutboundView> everything;
  private final Map<String, OutboundView> views = new ConcurrentHashMap<>();
  private final Map<ServiceKey, List<OutboundResources>> outbound = new ConcurrentHashMap<>();
  private final Map<String, Resource> bundles;

  public Catalog(ClusterState state, Scope scope) {
    this.state = state;
    Map<String, Resource> made = new TreeMap<>();
    for (TrustBundle bundle : state.trust().bundles().bundles().values()) {
      Resource resource = TlsResources.bundle(bundle);
      made.put(resource.name(), resource);
    }
    this.bundles = made;
    this.everything =
        scope == Scope.CLUSTER
            ? Optional.of(view(ANYWHERE, state.services().values()))
            : Optional.empty();
  }

  /** The name of the secret with the bundle of a trust domain. */
  public static String bundleName(TrustDomain trustDomain) {
    return Names.bundle(trustDomain);
  }

  public ClusterState state() {
    return state;
  }

  public NodeResources resourcesOf(ProxyNode node) {
    return switch (node) {
      case ProxyNode.Sidecar sidecar -> sidecar(sidecar);
      case ProxyNode.Gateway _ -> gateway();
    };
  }

  private NodeResources sidecar(ProxyNode.Sidecar sidecar) {
    NodeResources.Builder builder = new NodeResources.Builder();
    OutboundView view = viewOf(sidecar.namespace());
    builder.share(ResourceKind.CLUSTER, view.clusters());
    builder.share(ResourceKind.ENDPOINTS, view.endpoints());
    builder.share(ResourceKind.LISTENER, view.listeners());
    builder.share(ResourceKind.SECRET, bundles);
    builder.add(ResourceKind.ROUTE, view.explicit());
    SortedMap<TrustDomain, String> callers = new TreeMap<>();
    callers.put(state.mesh().trustDomain(), state.mesh().cluster());
    List<InboundResources.InboundRoute> routes = new ArrayList<>();
    SortedSet<Integer> targets = new TreeSet<>();
    for (MeshService service : servicesOf(sidecar.namespace())) {
      for (MeshService.Port port : service.ports()) {
        targetOf(sidecar, service, port)
            .ifPresent(target -> {
              targets.add(target);
              routes.add(route(service, port, target));
              service.export().ifPresent(export -> addAudience(callers, export));
            });
      }
    }
    targets.forEach(target ->
        builder.add(ResourceKind.CLUSTER, InboundResources.cluster(sidecar.ip(), target)));
    builder.add(
        ResourceKind.LISTENER, InboundResources.listener(state.mesh().trustDomain(), callers));
    builder.add(ResourceKind.ROUTE, InboundResources.routes(routes));
    return builder.build();
  }

  /** The target port, if the Service leads to this proxy's own Pod. */
  private Optional<Integer> targetOf(
      ProxyNode.Sidecar sidecar, MeshService service, MeshService.Port port) {
    if (service.reach() instanceof MeshService.Reach.Mirrored
        || service.reach() instanceof MeshService.Reach.Broken) {
      return Optional.empty();
    }
    return state.endpointsOf(service.key()).stream()
        .filter(endpoint -> isOf(sidecar, endpoint))
        .flatMap(endpoint -> Optional.ofNullable(endpoint.ports().get(port.name())).stream())
        .findFirst();
  }

  private boolean isOf(ProxyNode.Sidecar sidecar, MeshEndpoint endpoint) {
    // A Pod has several addresses where it is dual-stack, so what counts is the Pod.
    return state
        .pods()
        .behind(endpoint)
        .map(found -> found.key().equals(new ServiceKey(sidecar.namespace(), sidecar.pod())))
        .orElse(endpoint.ip().equals(sidecar.ip()));
  }

  private InboundResources.InboundRoute route(
      MeshService service, MeshService.Port port, int target) {
    SortedMap<TrustDomain, String> allowed = new TreeMap<>();
    allowed.put(state.mesh().trustDomain(), state.mesh().cluster());
    service.export().ifPresent(export -> addAudience(allowed, export));
    return new InboundResources.InboundRoute(
        authority(service, port),
        Names.inbound(target),
        new TreeSet<>(allowed.keySet()),
        policy(service.export()));
  }

  private void addAudience(SortedMap<TrustDomain, String> callers, Export export) {
    for (Peer peer : state.audience(export)) {
      callers.putIfAbsent(peer.trustDomain(), peer.cluster());
    }
    state.federated().stream()
        .filter(export::isFor)
        .forEach(domain -> putFederated(callers, domain));
  }

  /** There is no cluster to name, so the trust domain stands for itself. */
  private static void putFederated(SortedMap<TrustDomain, String> callers, TrustDomain domain) {
    callers.putIfAbsent(domain, domain.name());
  }

  /** The closed table of exports, and how to reach them. The same for every gateway. */
  private NodeResources gateway() {
    NodeResources.Builder builder = new NodeResources.Builder();
    SortedMap<TrustDomain, String> callers = new TreeMap<>();
    callers.put(state.mesh().trustDomain(), state.mesh().cluster());
    state
        .trust()
        .peers()
        .values()
        .forEach(peer -> callers.putIfAbsent(peer.trustDomain(), peer.cluster()));
    state.federated().forEach(domain -> putFederated(callers, domain));
    List<InboundResources.InboundRoute> routes = new ArrayList<>();
    List<OutboundResources> reachable = new ArrayList<>();
    for (MeshService service : state.services().values()) {
      Optional<Export> export = service.export();
      SortedMap<TrustDomain, String> allowed = new TreeMap<>();
      export.ifPresent(exported -> addAudience(allowed, exported));
      if (!allowed.isEmpty()) {
        reachable.addAll(outboundOf(service));
        for (MeshService.Port port : service.ports()) {
          routes.add(
              new InboundResources.InboundRoute(
                  authority(service, port),
                  Names.outbound(service.key(), port.number()),
                  new TreeSet<>(allowed.keySet()),
                  policy(export)));
        }
      }
    }
    builder.share(ResourceKind.CLUSTER, byName(reachable, OutboundResources::cluster));
    builder.share(ResourceKind.ENDPOINTS, byName(reachable, OutboundResources::endpoints));
    builder.share(ResourceKind.SECRET, bundles);
    builder.add(
        ResourceKind.LISTENER, InboundResources.listener(state.mesh().trustDomain(), callers));
    builder.add(ResourceKind.ROUTE, InboundResources.routes(routes));
    return builder.build();
  }

  private String authority(MeshService service, MeshService.Port port) {
    return state.mesh().host(service.key()) + ":" + port.number();
  }

  private static InboundResources.Policy policy(Optional<Export> export) {
    return new InboundResources.Policy(
        export.map(Export::tunnel).orElse(TunnelMode.END_TO_END).word(),
        export.map(Export::unmeshed).orElse(Export.Unmeshed.REFUSED));
  }

  private Collection<MeshService> servicesOf(String namespace) {
    return state
        .services()
        .subMap(new ServiceKey(namespace, ""), new ServiceKey(namespace + "\0", ""))
        .values();
  }

  private List<OutboundResources> outboundOf(MeshService service) {
    return outbound.computeIfAbsent(
        service.key(),
        key ->
            service.ports().stream()
                .map(port -> OutboundResources.of(state, service, port))
                .toList());
  }

  /** What every sidecar of a namespace shares. */
  private record OutboundView(
      Map<String, Resource> clusters,
      Map<String, Resource> endpoints,
      Map<String, Resource> listeners,
      Resource explicit) {}

  private OutboundView viewOf(String namespace) {
    return views.computeIfAbsent(namespace, this::makeView);
  }

  private OutboundView makeView(String namespace) {
    return everything
        .map(all ->
            new OutboundView(
                all.clusters(),
                all.endpoints(),
                all.listeners(),
                explicit(namespace, state.services().values())))
        .orElseGet(() -> view(namespace, servicesOf(namespace)));
  }

  private OutboundView view(String namespace, Collection<MeshService> services) {
    List<OutboundResources> all =
        services.stream().flatMap(service -> outboundOf(service).stream()).toList();
    Map<String, Resource> listeners = new TreeMap<>();
    all.forEach(
        one -> one.listener().ifPresent(listener -> listeners.put(listener.name(), listener)));
    return new OutboundView(
        byName(all, OutboundResources::cluster),
        byName(all, OutboundResources::endpoints),
        listeners,
        explicit(namespace, services));
  }

  private static Map<String, Resource> byName(
      List<OutboundResources> all, java.util.function.Function<OutboundResources, Resource> part) {
    Map<String, Resource> made = new TreeMap<>();
    all.forEach(one -> made.put(part.apply(one).name(), part.apply(one)));
    return made;
  }

  private Resource explicit(String namespace, Collection<MeshService> services) {
    RouteConfiguration.Builder table = RouteConfiguration.newBuilder().setName(Names.EXPLICIT);
    for (MeshService service : services) {
      for (MeshService.Port port : service.ports()) {
        table.addVirtualHosts(virtualHost(namespace, service, port));
      }
    }
    return Resource.of(Names.EXPLICIT, table.build());
  }

  private VirtualHost virtualHost(String namespace, MeshService service, MeshService.Port port) {
    ServiceKey key = service.key();
    String cluster = Names.outbound(key, port.number());
    String inNamespace = key.name() + "." + key.namespace();
    VirtualHost.Builder host =
        VirtualHost.newBuilder()
            .setName(cluster)
            .addDomains(authority(service, port))
            .addDomains(inNamespace + ".svc:" + port.number())
            .addDomains(inNamespace + ":" + port.number());
    if (key.namespace().equals(namespace)) {
      host.addDomains(key.name() + ":" + port.number());
    }
    return host.addRoutes(
            Route.newBuilder()
                .setMatch(
                    RouteMatch.newBuilder().setConnectMatcher(ConnectMatcher.getDefaultInstance()))
                .setRoute(RouteAction.newBuilder().setCluster(cluster)))
        .build();
  }
}

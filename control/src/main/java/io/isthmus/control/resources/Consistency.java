package io.isthmus.control.resources;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** That no resource names one that is not there. A proxy would refuse such a state, rightly. */
public final class Consistency {
  private Consistency() {}

  /** Empty if all is well; else what refers to nothing. */
  public static List<String> problems(NodeResources resources) {
    List<String> problems = new ArrayList<>();
    for (Resource resource : resources.all(ResourceKind.CLUSTER).values()) {
      checkCluster((Cluster) resource.message(), resources, problems);
    }
    for (Resource resource : resources.all(ResourceKind.LISTENER).values()) {
      checkListener((Listener) resource.message(), resources, problems);
    }
    for (Resource resource : resources.all(ResourceKind.ROUTE).values()) {
      checkRoutes((RouteConfiguration) resource.message(), resources, problems);
    }
    return problems;
  }

  private static void checkCluster(
      Cluster cluster, NodeResources resources, List<String> problems) {
    if (cluster.getType() == Cluster.DiscoveryType.EDS) {
      require(resources, ResourceKind.ENDPOINTS, cluster.getName(), cluster.getName(), problems);
    }
    for (Cluster.TransportSocketMatch match : cluster.getTransportSocketMatchesList()) {
      try {
        String bundle =
            match
                .getTransportSocket()
                .getTypedConfig()
                .unpack(UpstreamTlsContext.class)
                .getCommonTlsContext()
                .getCombinedValidationContext()
                .getValidationContextSdsSecretConfig()
                .getName();
        require(resources, ResourceKind.SECRET, bundle, cluster.getName(), problems);
      } catch (InvalidProtocolBufferException e) {
        problems.add("cluster " + cluster.getName() + ": " + e.getMessage());
      }
    }
  }

  private static void checkListener(
      Listener listener, NodeResources resources, List<String> problems) {
    for (FilterChain chain : listener.getFilterChainsList()) {
      for (Filter filter : chain.getFiltersList()) {
        if (filter.getTypedConfig().is(TcpProxy.class)) {
          try {
            String cluster = filter.getTypedConfig().unpack(TcpProxy.class).getCluster();
            require(resources, ResourceKind.CLUSTER, cluster, listener.getName(), problems);
          } catch (InvalidProtocolBufferException e) {
            problems.add("listener " + listener.getName() + ": " + e.getMessage());
          }
        }
      }
    }
  }

  private static void checkRoutes(
      RouteConfiguration table, NodeResources resources, List<String> problems) {
    Set<String> domains = new HashSet<>();
    for (VirtualHost host : table.getVirtualHostsList()) {
      for (String domain : host.getDomainsList()) {
        if (!domains.add(domain)) {
          problems.add("route table %s has %s twice".formatted(table.getName(), domain));
        }
      }
      for (Route route : host.getRoutesList()) {
        String cluster = route.getRoute().getCluster();
        require(resources, ResourceKind.CLUSTER, cluster, host.getName(), problems);
      }
    }
  }

  private static void require(
      NodeResources resources,
      ResourceKind kind,
      String name,
      String referrer,
      List<String> problems) {
    if (resources.find(kind, name).isEmpty()) {
      problems.add("%s refers to %s %s, which is not there".formatted(referrer, kind, name));
    }
  }
}

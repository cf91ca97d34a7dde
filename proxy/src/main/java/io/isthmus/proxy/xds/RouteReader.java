package io.isthmus.proxy.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the table of authorities that others may ask for, and the names the app may ask for. */
final class RouteReader {
  static final String INBOUND = "inbound";
  static final String EXPLICIT = "explicit";

  private RouteReader() {}

  static Resource read(RouteConfiguration routes) throws InvalidResourceException {
    Fields fields = new Fields("RouteConfiguration " + routes.getName());
    return switch (routes.getName()) {
      case INBOUND -> inbound(fields, routes);
      case EXPLICIT -> explicit(fields, routes);
      default -> throw fields.invalid("name", routes.getName(), INBOUND + " or " + EXPLICIT);
    };
  }

  private static Resource inbound(Fields fields, RouteConfiguration routes)
      throws InvalidResourceException {
    List<InboundRoute> read = new ArrayList<>();
    for (VirtualHost host : routes.getVirtualHostsList()) {
      Route route = onlyRoute(fields, host);
      Struct ours = fields.ours(host.getMetadata());
      if (ours.getFieldsCount() == 0) {
        ours = fields.ours(route.getMetadata());
      }
      if (host.getDomainsCount() == 0) {
        throw fields.invalid("domains of " + host.getName(), "empty", "the authority");
      }
      read.add(
          new InboundRoute(
              host.getDomains(0).toLowerCase(Locale.ROOT),
              cluster(fields, route),
              allowed(fields, ours),
              mode(fields, ours),
              fields.yes(ours, "allow_unmeshed") ? UnmeshedPolicy.ALLOW : UnmeshedPolicy.REFUSE));
    }
    return new Resource.InboundRoutes(List.copyOf(read));
  }

  private static Set<TrustDomain> allowed(Fields fields, Struct ours)
      throws InvalidResourceException {
    Set<TrustDomain> allowed = new HashSet<>();
    for (Value name : fields.list(ours, "trust_domains")) {
      allowed.add(fields.trustDomain("metadata trust_domains", name.getStringValue()));
    }
    return allowed;
  }

  private static TunnelMode mode(Fields fields, Struct ours) throws InvalidResourceException {
    String mode = fields.optionalText(ours, "tunnel").orElse("end-to-end");
    return switch (mode) {
      case "end-to-end" -> TunnelMode.END_TO_END;
      case "terminate" -> TunnelMode.TERMINATE;
      default -> throw fields.invalid("metadata tunnel", mode, "end-to-end or terminate");
    };
  }

  private static Resource explicit(Fields fields, RouteConfiguration routes)
      throws InvalidResourceException {
    Map<String, String> names = new HashMap<>();
    for (VirtualHost host : routes.getVirtualHostsList()) {
      String cluster = cluster(fields, onlyRoute(fields, host));
      for (String domain : host.getDomainsList()) {
        String other = names.put(domain.toLowerCase(Locale.ROOT), cluster);
        if (other != null) {
          throw fields.invalid("domain " + domain, other + " and " + cluster, "one cluster");
        }
      }
    }
    return new Resource.ExplicitRoutes(Map.copyOf(names));
  }

  private static Route onlyRoute(Fields fields, VirtualHost host) throws InvalidResourceException {
    if (host.getRoutesCount() != 1) {
      throw fields.invalid("number of routes of " + host.getName(), host.getRoutesCount(), "1");
    }
    return host.getRoutes(0);
  }

  private static String cluster(Fields fields, Route route) throws InvalidResourceException {
    String cluster = route.getRoute().getCluster();
    if (cluster.isEmpty()) {
      throw fields.invalid("route.cluster", cluster, "the name of a cluster");
    }
    return cluster;
  }
}

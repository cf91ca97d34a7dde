package io.isthmus.proxy.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.isthmus.certs.TrustDomain;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code inbound} and {@code outbound/<namespace>/<service>/<port>}. */
final class ListenerReader {
  private static final String INBOUND = "inbound";
  private static final String OUTBOUND = "outbound/";
  private static final String HCM =
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  private static final String TCP_PROXY = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
  private static final String TLS =
      "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

  private ListenerReader() {}

  static Resource read(Listener listener) throws InvalidResourceException {
    Fields fields = new Fields("Listener " + listener.getName());
    if (listener.getName().equals(INBOUND)) {
      return inbound(fields, listener);
    }
    if (listener.getName().startsWith(OUTBOUND)) {
      return outbound(fields, listener);
    }
    throw fields.invalid(
        "name", listener.getName(), "inbound or outbound/<namespace>/<service>/<port>");
  }

  private static Resource inbound(Fields fields, Listener listener)
      throws InvalidResourceException {
    FilterChain chain = onlyChain(fields, listener);
    TransportSocket socket = chain.getTransportSocket();
    DownstreamTlsContext tls =
        fields.unpack(
            "transport_socket", socket.getTypedConfig(), TLS, DownstreamTlsContext.parser());
    if (!tls.getRequireClientCertificate().getValue()) {
      throw fields.invalid("require_client_certificate", false, "true");
    }
    HttpConnectionManager hcm =
        fields.unpack(
            "filter",
            onlyFilter(fields, chain).getTypedConfig(),
            HCM,
            HttpConnectionManager.parser());
    String routes = hcm.getRds().getRouteConfigName();
    if (!routes.equals(RouteReader.INBOUND)) {
      throw fields.invalid("rds.route_config_name", routes, RouteReader.INBOUND);
    }
    return new Resource.InboundListener(routes, trustDomains(fields, listener));
  }

  private static Map<TrustDomain, String> trustDomains(Fields fields, Listener listener)
      throws InvalidResourceException {
    Map<TrustDomain, String> domains = new HashMap<>();
    for (Value entry : fields.list(fields.ours(listener.getMetadata()), "trust_domains")) {
      Struct struct = entry.getStructValue();
      TrustDomain domain =
          fields.trustDomain("metadata trust_domains.name", fields.text(struct, "name"));
      domains.put(domain, fields.text(struct, "cluster"));
    }
    if (domains.isEmpty()) {
      throw fields.invalid("metadata trust_domains", "empty", "at least the own trust domain");
    }
    return Map.copyOf(domains);
  }

  private static Resource outbound(Fields fields, Listener listener)
      throws InvalidResourceException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    addresses.add(fields.address("address", listener.getAddress()));
    for (AdditionalAddress more : listener.getAdditionalAddressesList()) {
      addresses.add(fields.address("additional_addresses", more.getAddress()));
    }
    TcpProxy tcp =
        fields.unpack(
            "filter",
            onlyFilter(fields, onlyChain(fields, listener)).getTypedConfig(),
            TCP_PROXY,
            TcpProxy.parser());
    if (tcp.getCluster().isEmpty()) {
      throw fields.invalid("tcp_proxy.cluster", tcp.getCluster(), "the name of a cluster");
    }
    return new Resource.OutboundListener(List.copyOf(addresses), tcp.getCluster());
  }

  private static FilterChain onlyChain(Fields fields, Listener listener)
      throws InvalidResourceException {
    if (listener.getFilterChainsCount() != 1) {
      throw fields.invalid("number of filter_chains", listener.getFilterChainsCount(), "1");
    }
    return listener.getFilterChains(0);
  }

  private static Filter onlyFilter(Fields fields, FilterChain chain)
      throws InvalidResourceException {
    if (chain.getFiltersCount() != 1) {
      throw fields.invalid("number of filters", chain.getFiltersCount(), "1");
    }
    return chain.getFilters(0);
  }
}

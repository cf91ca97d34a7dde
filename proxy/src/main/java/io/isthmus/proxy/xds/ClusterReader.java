package io.isthmus.proxy.xds;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.xds.Resource.Health;
import io.isthmus.proxy.xds.Resource.PeerRule;
import io.isthmus.proxy.xds.Resource.Place;
import io.isthmus.proxy.xds.Resource.TunnelKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads clusters, and from their transport sockets whom to expect at each kind of tunnel. */
final class ClusterReader {
  private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  private static final Pattern NAMESPACE_PREFIX =
      Pattern.compile("spiffe://([^/]+)/ns/([^/]+)/sa/");
  private static final String INBOUND = "inbound/";

  private final Node node;

  /** {@code node} names the clusters that belong to no Service: its own ports. */
  ClusterReader(Node node) {
    this.node = node;
  }

  Resource read(Cluster cluster) throws InvalidResourceException {
    Fields fields = new Fields("Cluster " + cluster.getName());
    return switch (cluster.getType()) {
      case EDS -> new Resource.DynamicCluster(service(fields, cluster), peers(fields, cluster));
      case STATIC ->
          new Resource.StaticCluster(service(fields, cluster), endpoints(fields, cluster));
      case STRICT_DNS, LOGICAL_DNS, ORIGINAL_DST, UNRECOGNIZED ->
          throw fields.invalid("type", cluster.getType(), "EDS or STATIC");
    };
  }

  private ServiceName service(Fields fields, Cluster cluster) throws InvalidResourceException {
    Struct ours = fields.ours(cluster.getMetadata());
    if (ours.getFieldsCount() == 0 && cluster.getName().startsWith(INBOUND)) {
      String port = cluster.getName().substring(INBOUND.length());
      if (!port.matches("[1-9]\\d{0,4}")) {
        throw fields.invalid("name", cluster.getName(), INBOUND + "<port>");
      }
      return serviceName(fields, node.namespace(), node.pod(), Integer.parseInt(port));
    }
    ServiceName name =
        serviceName(
            fields,
            fields.text(ours, "namespace"),
            fields.text(ours, "service"),
            fields.port(ours, "port"));
    return new ServiceName(
        name.namespace(), name.name(), name.port(), fields.optionalText(ours, "peer_cluster"));
  }

  private static ServiceName serviceName(Fields fields, String namespace, String name, int port)
      throws InvalidResourceException {
    try {
      return new ServiceName(namespace, name, port, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw fields.invalid("service", e.getMessage(), "namespace, name and port of a Service");
    }
  }

  private static List<Endpoint> endpoints(Fields fields, Cluster cluster)
      throws InvalidResourceException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Place place : EndpointReader.places(fields, cluster.getLoadAssignment())) {
      if (place.via().isPresent()) {
        throw fields.invalid("tunnel", place.via().get(), "none in a STATIC cluster");
      }
      endpoints.add(
          new Endpoint(place.address(), new Tunnel.Plain(), place.health() == Health.HEALTHY));
    }
    return List.copyOf(endpoints);
  }

  private static Map<TunnelKind, PeerRule> peers(Fields fields, Cluster cluster)
      throws InvalidResourceException {
    Map<TunnelKind, PeerRule> peers = new EnumMap<>(TunnelKind.class);
    for (TransportSocketMatch match : cluster.getTransportSocketMatchesList()) {
      String wire = fields.optionalText(match.getMatch(), "tunnel").orElse("");
      if (wire.isEmpty() && match.getTransportSocket().getName().endsWith("raw_buffer")) {
        continue; // plain TCP for the rest, which is what we do without being told
      }
      TunnelKind kind =
          TunnelKind.of(wire)
              .orElseThrow(() ->
                  fields.invalid(
                      "transport_socket_matches.match.tunnel", wire, "hbone, gateway or inner"));
      UpstreamTlsContext tls =
          fields.unpack(
              "transport_socket_matches " + wire,
              match.getTransportSocket().getTypedConfig(),
              TLS,
              UpstreamTlsContext.parser());
      peers.put(kind, rule(fields, tls.getCommonTlsContext().getCombinedValidationContext()));
    }
    return Map.copyOf(peers);
  }

  private static PeerRule rule(Fields fields, CombinedCertificateValidationContext context)
      throws InvalidResourceException {
    TrustDomain domain =
        fields.trustDomainOfSecret(
            "validation_context_sds_secret_config.name",
            context.getValidationContextSdsSecretConfig().getName());
    List<SubjectAltNameMatcher> matchers =
        context.getDefaultValidationContext().getMatchTypedSubjectAltNamesList();
    if (matchers.size() == 1 && matchers.getFirst().getMatcher().hasPrefix()) {
      return new PeerRule(namespace(fields, matchers.getFirst(), domain), domain);
    }
    Set<SpiffeId> ids = new HashSet<>();
    for (SubjectAltNameMatcher matcher : matchers) {
      ids.add(exact(fields, matcher, domain));
    }
    return new PeerRule(new ExpectedPeer.Exact(ids), domain);
  }

  private static ExpectedPeer namespace(
      Fields fields, SubjectAltNameMatcher matcher, TrustDomain domain)
      throws InvalidResourceException {
    String prefix = matcher.getMatcher().getPrefix();
    Matcher parts = NAMESPACE_PREFIX.matcher(prefix);
    if (matcher.getSanType() != SubjectAltNameMatcher.SanType.URI
        || !parts.matches()
        || !parts.group(1).equals(domain.name())) {
      throw fields.invalid(
          "match_typed_subject_alt_names.prefix",
          prefix,
          "spiffe://" + domain + "/ns/<namespace>/sa/ of SAN type URI");
    }
    return new ExpectedPeer.InNamespace(domain, parts.group(2));
  }

  private static SpiffeId exact(Fields fields, SubjectAltNameMatcher matcher, TrustDomain domain)
      throws InvalidResourceException {
    String text = matcher.getMatcher().getExact();
    try {
      SpiffeId id = SpiffeId.parse(text);
      if (matcher.getSanType() == SubjectAltNameMatcher.SanType.URI
          && id.trustDomain().equals(domain)) {
        return id;
      }
    } catch (InvalidSpiffeIdException e) {
      throw fields.invalid("match_typed_subject_alt_names.exact", text, "a SPIFFE ID");
    }
    throw fields.invalid(
        "match_typed_subject_alt_names.exact", text, "a URI SAN of trust domain " + domain);
  }
}

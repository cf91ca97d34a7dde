package io.isthmus.proxy.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.xds.Resources.Held;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads responses whole. Remembers the newest bundle of each trust domain for as long as the
 * process lives, so that no control plane, old or new, can lead it back to anchors that were given
 * up.
 */
final class ResponseReader {
  private final ClusterReader clusters;
  private final Map<TrustDomain, TrustBundle> newest = new HashMap<>();

  ResponseReader(Node node) {
    this.clusters = new ClusterReader(node);
  }

  Map<String, Held> read(ResourceType type, DeltaDiscoveryResponse response)
      throws InvalidResourceException {
    Map<String, Held> read = new HashMap<>();
    for (var entry : response.getResourcesList()) {
      Fields fields = new Fields(type + " " + entry.getName());
      if (!entry.getResource().getTypeUrl().equals(type.typeUrl())) {
        throw fields.invalid("type_url", entry.getResource().getTypeUrl(), type.typeUrl());
      }
      try {
        Resource resource = resource(type, entry.getName(), entry.getResource().getValue());
        read.put(entry.getName(), new Held(entry.getVersion(), resource));
      } catch (InvalidProtocolBufferException e) {
        throw fields.invalid("resource", e.getMessage(), "a message " + type.typeUrl());
      }
    }
    for (Held held : read.values()) {
      if (held.resource() instanceof Resource.Bundle(TrustBundle bundle)) {
        follows(bundle);
      }
    }
    return read;
  }

  /** From now on, older ones are refused. */
  void remember(Resources accepted) {
    for (Held held : accepted.of(ResourceType.SECRET).values()) {
      if (held.resource() instanceof Resource.Bundle(TrustBundle bundle)) {
        newest.put(bundle.trustDomain(), bundle);
      }
    }
  }

  private Resource resource(ResourceType type, String name, ByteString bytes)
      throws InvalidProtocolBufferException, InvalidResourceException {
    return switch (type) {
      case CLUSTER -> {
        Cluster cluster = Cluster.parseFrom(bytes);
        named(type, name, cluster.getName());
        yield clusters.read(cluster);
      }
      case ENDPOINTS -> {
        ClusterLoadAssignment assignment = ClusterLoadAssignment.parseFrom(bytes);
        named(type, name, assignment.getClusterName());
        yield EndpointReader.read(assignment);
      }
      case LISTENER -> {
        Listener listener = Listener.parseFrom(bytes);
        named(type, name, listener.getName());
        yield ListenerReader.read(listener);
      }
      case ROUTES -> {
        RouteConfiguration routes = RouteConfiguration.parseFrom(bytes);
        named(type, name, routes.getName());
        yield RouteReader.read(routes);
      }
      case SECRET -> {
        Secret secret = Secret.parseFrom(bytes);
        named(type, name, secret.getName());
        yield SecretReader.read(secret);
      }
    };
  }

  private static void named(ResourceType type, String outer, String inner)
      throws InvalidResourceException {
    if (!outer.equals(inner)) {
      throw new InvalidResourceException(type + " " + outer, "name", inner, "the same name inside");
    }
  }

  private void follows(TrustBundle next) throws InvalidResourceException {
    @Nullable TrustBundle current = newest.get(next.trustDomain());
    if (current == null) {
      return;
    }
    String resource = "Secret " + SecretReader.PREFIX + next.trustDomain();
    switch (Succession.check(current, next)) {
      case Succession.Newer _, Succession.Same _ -> {}
      case Succession.Regress(long from, long to) ->
          throw new InvalidResourceException(resource, "sequence", to, "at least " + from);
      case Succession.Conflict(long sequence, String held, String other) ->
          throw new InvalidResourceException(
              resource, "digest of sequence " + sequence, other, held + ", which was told before");
    }
  }
}

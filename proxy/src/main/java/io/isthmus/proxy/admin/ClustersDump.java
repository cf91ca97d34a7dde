package io.isthmus.proxy.admin;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** {@code /clusters}: services with their endpoints and how those are reached. */
final class ClustersDump {
  private ClustersDump() {}

  static byte[] write(MeshConfig config) {
    return Json.object(json -> {
      json.writeArrayPropertyStart("clusters");
      new TreeMap<>(config.clusters()).values().forEach(cluster -> cluster(json, cluster));
      json.writeEndArray();
    });
  }

  static void cluster(JsonGenerator json, Cluster cluster) {
    json.writeStartObject();
    json.writeStringProperty("name", cluster.name());
    json.writeStringProperty("namespace", cluster.service().namespace());
    json.writeStringProperty("service", cluster.service().name());
    json.writeNumberProperty("port", cluster.service().port());
    cluster.service().peerCluster().ifPresent(peer -> json.writeStringProperty("peer", peer));
    json.writeArrayPropertyStart("endpoints");
    cluster.endpoints().forEach(endpoint -> endpoint(json, endpoint));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void endpoint(JsonGenerator json, Endpoint endpoint) {
    json.writeStartObject();
    json.writeStringProperty("address", Party.text(endpoint.address()));
    json.writeBooleanProperty("healthy", endpoint.healthy());
    switch (endpoint.tunnel()) {
      case Tunnel.Plain() -> json.writeStringProperty("tunnel", "plain");
      case Tunnel.Hbone(String authority, var peer) -> {
        json.writeStringProperty("tunnel", "hbone");
        json.writeStringProperty("authority", authority);
        json.writeStringProperty("peer", peer.toString());
      }
      case Tunnel.Gateway(String authority, var gateway, var inner) -> {
        json.writeStringProperty("tunnel", "gateway");
        json.writeStringProperty("authority", authority);
        json.writeStringProperty("peer", gateway.toString());
        inner.ifPresent(peer -> json.writeStringProperty("inner_peer", peer.toString()));
      }
    }
    json.writeEndObject();
  }
}

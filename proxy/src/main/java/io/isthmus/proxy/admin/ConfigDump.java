package io.isthmus.proxy.admin;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** {@code /config_dump}: all that the control plane told this process, and when. */
final class ConfigDump {
  private ConfigDump() {}

  static byte[] write(ConfigSource source) {
    MeshConfig config = source.current();
    return Json.object(json -> {
      json.writeStringProperty("version", config.version());
      json.writeStringProperty("since", source.since().toString());
      json.writeObjectPropertyStart("virtual_addresses");
      config
          .virtualAddresses()
          .forEach((address, cluster) -> json.writeStringProperty(Party.text(address), cluster));
      json.writeEndObject();
      json.writeObjectPropertyStart("names");
      new TreeMap<>(config.names()).forEach(json::writeStringProperty);
      json.writeEndObject();
      inbound(json, config.inbound());
      json.writeArrayPropertyStart("clusters");
      new TreeMap<>(config.clusters())
          .values()
          .forEach(cluster -> ClustersDump.cluster(json, cluster));
      json.writeEndArray();
      CertsDump.bundles(json, config);
    });
  }

  private static void inbound(JsonGenerator json, Inbound inbound) {
    json.writeObjectPropertyStart("inbound");
    json.writeObjectPropertyStart("trust_domains");
    new TreeMap<>(inbound.trustDomains())
        .forEach((domain, cluster) -> json.writeStringProperty(domain.name(), cluster));
    json.writeEndObject();
    json.writeArrayPropertyStart("routes");
    new TreeMap<>(inbound.routes()).values().forEach(route -> route(json, route));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void route(JsonGenerator json, InboundRoute route) {
    json.writeStartObject();
    json.writeStringProperty("authority", route.authority());
    json.writeStringProperty("cluster", route.cluster());
    Json.strings(json, "allowed", new TreeSet<>(route.allowed()));
    json.writeStringProperty("mode", route.mode().name());
    json.writeStringProperty("unmeshed", route.unmeshed().name());
    json.writeEndObject();
  }
}

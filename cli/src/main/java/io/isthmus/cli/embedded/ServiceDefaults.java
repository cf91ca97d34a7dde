package io.isthmus.cli.embedded;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an API server fills into a Service: a ClusterIP that stays for its life, and the defaults of
 * its ports. Every cluster has the same range, as clusters have that were never planned together.
 */
final class ServiceDefaults {
  private static final String RANGE = "10.96.";
  private int allocated = 10;

  /** Called again for every Service that a journal brings back. */
  void keep(JsonNode service) {
    String ip = service.path("spec").path("clusterIP").asString("");
    if (ip.startsWith(RANGE)) {
      String[] low = ip.substring(RANGE.length()).split("\\.");
      allocated = Math.max(allocated, Integer.parseInt(low[0]) * 256 + Integer.parseInt(low[1]));
    }
  }

  void fillCreated(ObjectNode service) {
    ObjectNode spec = spec(service);
    if (spec.path("type").asString("").isEmpty()) {
      spec.put("type", "ClusterIP");
    }
    if (!spec.path("type").asString().equals("ExternalName")) {
      if (spec.path("clusterIP").asString("").isEmpty()) {
        allocated++;
        spec.put("clusterIP", RANGE + allocated / 256 + "." + allocated % 256);
      }
      spec.putArray("clusterIPs").add(spec.path("clusterIP").asString());
      spec.putArray("ipFamilies").add("IPv4");
      spec.put("ipFamilyPolicy", "SingleStack");
    }
    fillPorts(spec);
  }

  /** An update that leaves out what was allocated keeps it. */
  void fillUpdated(ObjectNode service, JsonNode current) {
    ObjectNode spec = spec(service);
    for (String field : new String[] {"type", "clusterIP", "clusterIPs", "ipFamilies"}) {
      JsonNode had = current.path("spec").path(field);
      if (spec.path(field).isMissingNode() && !had.isMissingNode()) {
        spec.set(field, had);
      }
    }
    if (spec.path("ipFamilyPolicy").isMissingNode()) {
      spec.put("ipFamilyPolicy", "SingleStack");
    }
    fillPorts(spec);
  }

  private static ObjectNode spec(ObjectNode service) {
    return service.get("spec") instanceof ObjectNode spec ? spec : service.putObject("spec");
  }

  private static void fillPorts(ObjectNode spec) {
    for (JsonNode each : spec.path("ports")) {
      if (each instanceof ObjectNode port) {
        if (port.path("protocol").isMissingNode()) {
          port.put("protocol", "TCP");
        }
        if (port.path("targetPort").isMissingNode()) {
          port.set("targetPort", port.path("port"));
        }
      }
    }
  }
}

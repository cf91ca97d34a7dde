package io.isthmus.proxy.admin;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.metrics.ProxyMetrics.OpenTunnels;
import io.isthmus.proxy.tunnel.Caller;
import java.util.Comparator;
import tools.jackson.core.JsonGenerator;

/** {@code /tunnels}: the connections that carry the mesh's traffic. */
final class TunnelsDump {
  private TunnelsDump() {}

  static byte[] write(OpenTunnels tunnels) {
    return Json.object(json -> {
      json.writeObjectPropertyStart("dialled");
      json.writeNumberProperty("tunnels", tunnels.dialled());
      json.writeNumberProperty("streams", tunnels.streams());
      json.writeEndObject();
      json.writeArrayPropertyStart("accepted");
      tunnels.accepted().stream()
          .sorted(Comparator.comparing((Caller caller) -> Party.text(caller.remote())))
          .forEach(caller -> caller(json, caller));
      json.writeEndArray();
    });
  }

  private static void caller(JsonGenerator json, Caller caller) {
    json.writeStartObject();
    json.writeStringProperty("identity", caller.peer().id().toString());
    json.writeStringProperty("remote", Party.text(caller.remote()));
    json.writeStringProperty("local", Party.text(caller.local()));
    json.writeStringProperty("not_after", caller.peer().notAfter().toString());
    json.writeEndObject();
  }
}

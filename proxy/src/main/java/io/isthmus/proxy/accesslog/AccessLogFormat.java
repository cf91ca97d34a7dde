package io.isthmus.proxy.accesslog;

import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** An entry as one line of JSON. The keys are documented in {@code docs/access-log.md}. */
final class AccessLogFormat {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private AccessLogFormat() {}

  static void write(AccessLogEntry entry, OutputStream out) {
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("time", entry.time().toString());
      json.writeStringProperty("direction", entry.direction().key());
      party(json, "src", entry.source());
      party(json, "dst", entry.destination());
      text(json, "dst.service", entry.service());
      json.writeStringProperty("protocol", entry.protocol());
      json.writeStringProperty("tunnel", entry.tunnel());
      json.writeNumberProperty("bytes.sent", entry.outcome().sent());
      json.writeNumberProperty("bytes.received", entry.outcome().received());
      json.writeNumberProperty("duration_ms", entry.duration().toMillis());
      json.writeStringProperty("end", entry.outcome().reason().key());
      text(json, "detail", entry.outcome().detail());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void party(JsonGenerator json, String side, Party party) {
    text(json, side + ".address", party.address());
    text(json, side + ".identity", party.identity());
    text(json, side + ".cluster", party.cluster());
  }

  private static void text(JsonGenerator json, String key, String value) {
    if (!value.isEmpty()) {
      json.writeStringProperty(key, value);
    }
  }
}

package io.isthmus.proxy.admin;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object for a page. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  public static byte[] object(Consumer<JsonGenerator> members) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  static void strings(JsonGenerator json, String key, Iterable<?> values) {
    json.writeArrayPropertyStart(key);
    values.forEach(value -> json.writeString(value.toString()));
    json.writeEndArray();
  }
}

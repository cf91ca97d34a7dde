package io.isthmus.cli.embedded;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/** {@code stringData} of a Secret is write-only: an API server turns it into {@code data}. */
final class SecretDefaults {
  private SecretDefaults() {}

  static void fill(ObjectNode secret) {
    if (secret.remove("stringData") instanceof ObjectNode plain) {
      ObjectNode data =
          secret.get("data") instanceof ObjectNode had ? had : secret.putObject("data");
      plain
          .properties()
          .forEach(entry ->
              data.put(
                  entry.getKey(),
                  Base64.getEncoder()
                      .encodeToString(
                          entry.getValue().asString().getBytes(StandardCharsets.UTF_8))));
    }
    if (secret.path("type").isMissingNode()) {
      secret.put("type", "Opaque");
    }
  }
}

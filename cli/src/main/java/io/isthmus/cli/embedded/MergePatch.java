package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.http.RecordedRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * RFC 7396, as API servers apply it. The mock adds the elements of a list to those that are there,
 * where the list of the patch takes its place.
 */
final class MergePatch {
  private static final String TYPE = "application/merge-patch+json";

  private MergePatch() {}

  static boolean isIn(RecordedRequest request) {
    return String.valueOf(request.getHeader("Content-Type")).startsWith(TYPE);
  }

  /** Changes {@code target}; a null of the patch takes a field away. */
  static void apply(ObjectNode target, ObjectNode patch) {
    patch
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          if (value.isNull()) {
            target.remove(field.getKey());
          } else if (value instanceof ObjectNode changes) {
            ObjectNode part =
                target.get(field.getKey()) instanceof ObjectNode there
                    ? there
                    : target.putObject(field.getKey());
            apply(part, changes);
          } else {
            target.set(field.getKey(), value);
          }
        });
  }
}

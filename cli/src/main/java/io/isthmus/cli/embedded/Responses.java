package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.http.MockResponse;
import java.util.Map;

/** Answers in the API server's own shape. */
final class Responses {
  private Responses() {}

  static MockResponse json(int status, Object body) {
    return new MockResponse()
        .setResponseCode(status)
        .setHeader("Content-Type", "application/json")
        .setBody(StoredObjects.JSON.writeValueAsString(body));
  }

  static MockResponse notFound(String what, String name) {
    return failure(404, "NotFound", "%s \"%s\" not found".formatted(what, name));
  }

  static MockResponse failure(int status, String reason, String message) {
    return json(
        status,
        Map.of(
            "kind",
            "Status",
            "apiVersion",
            "v1",
            "status",
            "Failure",
            "reason",
            reason,
            "message",
            message,
            "code",
            status));
  }
}

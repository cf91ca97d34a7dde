package io.isthmus.e2e.rights;

import io.isthmus.e2e.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request of a component to its API server, as the audit log tells it.
 *
 * @param account name of the service account
 * @param resource with its subresource after a slash, as a rule names it
 * @param namespace empty: the request is about all of them, or none
 * @param name empty: about no single object, or one that is not there yet
 * @param code of the answer
 */
record Use(
    String account,
    String verb,
    String group,
    String resource,
    String namespace,
    String name,
    int code) {
  static final String ACCOUNTS = "system:serviceaccount:isthmus-system:";
  private static final int FORBIDDEN = 403;

  /** All that components asked of a site's API server so far. */
  static List<Use> of(Site site) {
    try (Stream<String> lines = Files.lines(site.auditLog())) {
      return lines.map(Use::parse).flatMap(Optional::stream).distinct().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty where it is nobody's of ours, or about no resource, such as the server's version. */
  static Optional<Use> parse(String line) {
    JsonNode event = JsonMapper.shared().readTree(line);
    String user = event.path("user").path("username").asString("");
    JsonNode object = event.path("objectRef");
    if (!user.startsWith(ACCOUNTS) || !object.isObject()) {
      return Optional.empty();
    }
    String verb = event.path("verb").asString("");
    String subresource = object.path("subresource").asString("");
    return Optional.of(
        new Use(
            user.substring(ACCOUNTS.length()),
            verb,
            object.path("apiGroup").asString(""),
            object.path("resource").asString("") + (subresource.isEmpty() ? "" : "/" + subresource),
            object.path("namespace").asString(""),
            // of what is created the log has the name, of which authorization knows nothing
            verb.equals("create") ? "" : object.path("name").asString(""),
            event.path("responseStatus").path("code").asInt(0)));
  }

  boolean isDenied() {
    return code == FORBIDDEN;
  }
}

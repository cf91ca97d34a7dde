package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.http.MockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST .../serviceaccounts/<name>/token}: a token for a service account that exists. */
final class TokenRequests {
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);
  private static final Duration LEAST_LIFETIME = Duration.ofMinutes(10);

  private final StoredObjects objects;
  private final ServiceAccountTokens tokens;

  TokenRequests(StoredObjects objects, ServiceAccountTokens tokens) {
    this.objects = objects;
    this.tokens = tokens;
  }

  MockResponse answer(ObjectPath path, ObjectNode request) {
    String accountPath = path.asPath();
    return objects
        .find(accountPath)
        .map(account -> issued(path, account, request))
        .orElseGet(() -> Responses.notFound("serviceaccounts", path.name()));
  }

  private MockResponse issued(ObjectPath path, ObjectNode account, ObjectNode request) {
    List<String> audiences = new ArrayList<>();
    request.path("spec").path("audiences").forEach(a -> audiences.add(a.asString()));
    Duration lifetime =
        Duration.ofSeconds(
            request.path("spec").path("expirationSeconds").asLong(DEFAULT_LIFETIME.toSeconds()));
    if (lifetime.compareTo(LEAST_LIFETIME) < 0) {
      return Responses.failure(
          422,
          "Invalid",
          "spec.expirationSeconds: %d: may not specify a duration less than 10 minutes"
              .formatted(lifetime.toSeconds()));
    }
    ServiceAccountTokens.Signed signed =
        tokens.sign(
            new ServiceAccountTokens.Wanted(
                new ServiceAccountTokens.ServiceAccount(
                    path.namespace(), path.name(), account.path("metadata").path("uid").asString()),
                audiences,
                lifetime));
    ObjectNode answer = request.deepCopy();
    answer
        .putObject("status")
        .put("token", signed.token())
        .put("expirationTimestamp", signed.expires().toString());
    return Responses.json(201, answer);
  }
}

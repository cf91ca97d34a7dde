package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.http.MockResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST .../tokenreviews}: whom a token proves, if its signature, life and audience hold and
 * the service account still exists under the UID it was issued for.
 */
final class TokenReviews {
  private final StoredObjects objects;
  private final ServiceAccountTokens tokens;

  TokenReviews(StoredObjects objects, ServiceAccountTokens tokens) {
    this.objects = objects;
    this.tokens = tokens;
  }

  MockResponse answer(ObjectNode request) {
    List<String> audiences = new ArrayList<>();
    request.path("spec").path("audiences").forEach(a -> audiences.add(a.asString()));
    ObjectNode answer = request.deepCopy();
    ObjectNode status = answer.putObject("status");
    try {
      accept(tokens.verify(request.path("spec").path("token").asString(), audiences), status);
    } catch (ServiceAccountTokens.RefusedTokenException e) {
      status.put("authenticated", false).put("error", e.getMessage());
    }
    return Responses.json(201, answer);
  }

  private void accept(ServiceAccountTokens.Verified verified, ObjectNode status)
      throws ServiceAccountTokens.RefusedTokenException {
    ServiceAccountTokens.ServiceAccount account = verified.account();
    String path =
        "/api/v1/namespaces/%s/serviceaccounts/%s".formatted(account.namespace(), account.name());
    String uid =
        objects.find(path).map(o -> o.path("metadata").path("uid").asString()).orElse("none");
    if (!uid.equals(account.uid())) {
      throw new ServiceAccountTokens.RefusedTokenException(
          "service account %s/%s has UID %s: the token is for %s"
              .formatted(account.namespace(), account.name(), uid, account.uid()));
    }
    ObjectNode user = status.put("authenticated", true).putObject("user");
    user.put("username", account.username()).put("uid", account.uid());
    user.putArray("groups")
        .add("system:serviceaccounts")
        .add("system:serviceaccounts:" + account.namespace())
        .add("system:authenticated");
    ArrayNode audiences = status.putArray("audiences");
    verified.audiences().forEach(audiences::add);
  }
}

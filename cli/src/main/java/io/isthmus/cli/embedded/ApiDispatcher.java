package io.isthmus.cli.embedded;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends each request to the handler that is ours, or to the mock's store, and journals what a write
 * left behind. Writes are ordered by this object's lock.
 */
final class ApiDispatcher extends Dispatcher {
  private final KubernetesCrudDispatcher store;
  private final StoredObjects objects;
  private final TokenRequests tokenRequests;
  private final TokenReviews tokenReviews;
  private final Discovery discovery;
  private final Journal journal;
  private final ServiceDefaults services = new ServiceDefaults();

  ApiDispatcher(KubernetesCrudDispatcher store, ServiceAccountTokens tokens, Journal journal) {
    this.store = store;
    this.objects = new StoredObjects(store);
    this.tokenRequests = new TokenRequests(objects, tokens);
    this.tokenReviews = new TokenReviews(objects, tokens);
    this.discovery = new Discovery(objects);
    this.journal = journal;
    new JournalReplay(store, services).run(journal.objects());
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    MockResponse response =
        request.method() == HttpMethod.GET ? read(request) : write(request, request.getPath());
    if (response.getWebSocketListener() == null && response.header("Content-Type") == null) {
      response.setHeader("Content-Type", "application/json");
    }
    return response;
  }

  private MockResponse read(RecordedRequest request) {
    return discovery
        .answer(request.getPath())
        .orElseGet(() ->
            ObjectPath.parse(request.getPath()).isPresent()
                ? store.dispatch(request)
                : Responses.notFound("path", request.getPath()));
  }

  private synchronized MockResponse write(RecordedRequest request, String pathAndQuery) {
    Optional<ObjectPath> parsed = ObjectPath.parse(pathAndQuery);
    if (parsed.isEmpty()) {
      return Responses.notFound("path", pathAndQuery);
    }
    ObjectPath path = parsed.get();
    if (request.method() == HttpMethod.PATCH) {
      return patch(request, path);
    }
    if (request.method() == HttpMethod.DELETE) {
      return journalled(path, store.dispatch(request));
    }
    if (String.valueOf(request.getHeader("Content-Type")).contains("protobuf")) {
      return Responses.failure(
          415, "UnsupportedMediaType", "this API server reads JSON only, not protobuf");
    }
    ObjectNode body;
    try {
      body = (ObjectNode) StoredObjects.JSON.readTree(request.getBody().getBytes());
    } catch (JacksonException | ClassCastException e) {
      return Responses.failure(
          400, "BadRequest", "the body is not a JSON object: " + e.getMessage());
    }
    if (path.isCore("secrets")) {
      SecretDefaults.fill(body);
    }
    return request.method() == HttpMethod.POST
        ? create(request, path, body)
        : update(request, path, body);
  }

  private MockResponse create(RecordedRequest request, ObjectPath path, ObjectNode body) {
    if (path.isCore("serviceaccounts") && path.subresource().equals("token")) {
      return tokenRequests.answer(path, body);
    }
    if (path.plural().equals("tokenreviews")) {
      return tokenReviews.answer(body);
    }
    if (!path.namespace().isEmpty() && !objects.exists("/api/v1/namespaces/" + path.namespace())) {
      return Responses.notFound("namespaces", path.namespace());
    }
    if (path.isCore("services")) {
      services.fillCreated(body);
    }
    if (path.isCore("namespaces")) {
      body.putObject("status").put("phase", "Active");
    }
    MockResponse response = store.dispatch(withBody(request, body));
    if (response.code() >= 300 || response.getBody() == null) {
      return response;
    }
    String name =
        StoredObjects.JSON
            .readTree(response.getBody().getBytes())
            .path("metadata")
            .path("name")
            .asString();
    return journalled(path.named(name), response);
  }

  /** The mock throws, and answers nothing, where an operation cannot be applied. */
  private MockResponse patch(RecordedRequest request, ObjectPath path) {
    try {
      Optional<ObjectNode> there =
          MergePatch.isIn(request) ? objects.find(path.asPath()) : Optional.empty();
      if (there.isEmpty()) {
        return journalled(path, store.dispatch(request));
      }
      ObjectNode changed = there.get();
      MergePatch.apply(
          changed, (ObjectNode) StoredObjects.JSON.readTree(request.getBody().getBytes()));
      return update(request, path, changed);
    } catch (RuntimeException e) {
      return Responses.failure(
          422, "Invalid", "the patch cannot be applied to %s: %s".formatted(path.asPath(), e));
    }
  }

  private MockResponse update(RecordedRequest request, ObjectPath path, ObjectNode body) {
    if (path.isCore("services") && path.subresource().isEmpty()) {
      objects.find(path.asPath()).ifPresent(current -> services.fillUpdated(body, current));
    }
    return journalled(path, store.dispatch(withBody(request, body)));
  }

  private MockResponse journalled(ObjectPath path, MockResponse response) {
    if (response.code() < 300) {
      List<String> touched =
          path.name().isEmpty() ? journal.pathsBelow(path.asPath()) : List.of(path.asPath());
      touched.forEach(each -> journal.record(each, objects.find(each).map(ObjectNode::toString)));
    }
    return response;
  }

  /** The whole object, which a patch has been applied to already. */
  private static RecordedRequest withBody(RecordedRequest request, ObjectNode body) {
    return new RecordedRequest(
        request.getHttpVersion(),
        request.method() == HttpMethod.PATCH ? HttpMethod.PUT : request.method(),
        request.getPath(),
        request.getHeaders(),
        new Buffer(body.toString().getBytes(StandardCharsets.UTF_8)));
  }
}

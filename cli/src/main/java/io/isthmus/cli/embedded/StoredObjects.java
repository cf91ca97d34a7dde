package io.isthmus.cli.embedded;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads single objects out of the mock's store. */
final class StoredObjects {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private final KubernetesCrudDispatcher store;

  StoredObjects(KubernetesCrudDispatcher store) {
    this.store = store;
  }

  Optional<ObjectNode> find(String path) {
    MockResponse response = store.handleGet(path);
    if (response.code() != 200 || response.getBody() == null) {
      return Optional.empty();
    }
    return Optional.of((ObjectNode) JSON.readTree(response.getBody().getBytes()));
  }

  boolean exists(String path) {
    return find(path).isPresent();
  }
}

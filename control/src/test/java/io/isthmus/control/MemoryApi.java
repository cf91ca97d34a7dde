package io.isthmus.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;

/** fabric8's in-memory API server, empty, and a client of it. */
public final class MemoryApi implements AutoCloseable {
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final KubernetesClient client;

  public MemoryApi() {
    server.init();
    client = newClient();
  }

  public KubernetesClient client() {
    return client;
  }

  /** Another client, to be closed by the caller. */
  KubernetesClient newClient() {
    return server.createClient();
  }

  /** It answers nothing from now on. */
  public void goAway() {
    server.destroy();
  }

  @Override
  public void close() {
    client.close();
    goAway();
  }
}

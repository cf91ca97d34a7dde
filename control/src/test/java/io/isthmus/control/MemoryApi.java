package io.isthmus.control;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.concurrent.TimeoutException;

/** fabric8's in-memory API server, empty, and a client of it. */
public final class MemoryApi implements AutoCloseable {
  private static final int RETRY_MILLIS = 1;

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

  /**
   * Another client, to be closed by the caller. It tries as often again as any other, and sooner: a
   * server that has gone away is no slower to find than one that answers.
   */
  KubernetesClient newClient() {
    try (KubernetesClient standard = server.createClient()) {
      return new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(standard.getConfiguration())
                  .withRequestRetryBackoffInterval(RETRY_MILLIS)
                  .build())
          .build();
    }
  }

  /**
   * It answers nothing from now on. Of a WebSocket that is open it awaits the client's answer to
   * its end, for 10 s, and gives up itself after the same 10 s (fabric8's pull request 8131): so a
   * client is closed after it, and one that was closed before is not waited for.
   */
  public void goAway() {
    try {
      server.destroy();
    } catch (IllegalStateException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    goAway();
    client.close();
  }
}

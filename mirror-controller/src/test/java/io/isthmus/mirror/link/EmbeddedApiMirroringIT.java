package io.isthmus.mirror.link;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;

/** The same on fabric8's in-memory server, which the demo embeds. */
final class EmbeddedApiMirroringIT extends MirroringScenarios {
  private final KubernetesMockServer west = server();
  private final KubernetesMockServer east = server();
  private int namespaces;

  @Override
  TwoClusters clusters() {
    return new TwoClusters(west.createClient(), east.createClient());
  }

  private static KubernetesMockServer server() {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init();
    return server;
  }

  @AfterEach
  void stopServers() {
    west.destroy();
    east.destroy();
  }

  @Override
  String freshNamespace() {
    namespaces++;
    return "shop-" + namespaces;
  }

  @Override
  KubernetesClient controllersClient() {
    return west.createClient();
  }

  /** This API has no roles. */
  @Override
  void allowToRead(String secret) {}

  @Override
  String peerKubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: east, cluster: {server: "%s"}}]
    users: [{name: west, user: {token: "any"}}]
    contexts: [{name: east, context: {cluster: east, user: west}}]
    current-context: east
    """
        .formatted(east.createClient().getMasterUrl());
  }
}

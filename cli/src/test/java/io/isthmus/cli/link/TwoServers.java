package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.embedded.EmbeddedApiServer;
import io.isthmus.cli.install.Crds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The API servers of west and east, each as its control plane leaves it: with its own domain. */
public final class TwoServers implements AutoCloseable {
  public static final String SYSTEM = "isthmus-system";

  private final Path directory;
  private EmbeddedApiServer west;
  private final String westUrl;
  private final String eastUrl;
  private EmbeddedApiServer east;
  private final KubernetesClient westClient;
  private final KubernetesClient eastClient;

  public TwoServers(Path directory) throws IOException {
    this.directory = directory;
    west = server("west", 0);
    east = server("east", 0);
    westUrl = west.url();
    eastUrl = east.url();
    westClient = client(west);
    eastClient = client(east);
    ownTrustDomain(westClient, "west");
    ownTrustDomain(eastClient, "east");
  }

  public KubernetesClient west() {
    return westClient;
  }

  public KubernetesClient east() {
    return eastClient;
  }

  public String westUrl() {
    return westUrl;
  }

  public String eastUrl() {
    return eastUrl;
  }

  /** East does not answer until it is started again. */
  public void stopEast() {
    east.close();
  }

  /** On the same port, with what it had stored. */
  public void startEast() throws IOException {
    east = server("east", URI.create(eastUrl).getPort());
  }

  public void stopWest() {
    west.close();
  }

  public void startWest() throws IOException {
    west = server("west", URI.create(westUrl).getPort());
  }

  public Linking linking() {
    return Linking.between(
        SYSTEM,
        end("west-context", westClient),
        end("east-context", eastClient),
        Duration.ofDays(1));
  }

  public static LinkEnd end(String context, KubernetesClient client) {
    return LinkEnd.of(context, client, Optional.empty());
  }

  /** With the contexts {@code west-context} and {@code east-context}. */
  public Path kubeconfig() throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: west, cluster: {server: "%s"}}
        - {name: east, cluster: {server: "%s"}}
        users:
        - {name: admin, user: {token: x}}
        contexts:
        - {name: west-context, context: {cluster: west, user: admin}}
        - {name: east-context, context: {cluster: east, user: admin}}
        """
            .formatted(westUrl, eastUrl));
  }

  private EmbeddedApiServer server(String name, int port) throws IOException {
    return EmbeddedApiServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        directory.resolve(name),
        Clock.systemUTC());
  }

  /** As patient as the command's own. */
  private static KubernetesClient client(EmbeddedApiServer server) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl(server.url())
                .withRequestRetryBackoffLimit(1)
                .build())
        .build();
  }

  private static void ownTrustDomain(KubernetesClient client, String cluster) {
    Crds.installMissing(client);
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    own.setSpec(TrustDomainSpec.own(cluster + ".demo"));
    client.resource(own).create();
  }

  @Override
  public void close() {
    westClient.close();
    eastClient.close();
    west.close();
    east.close();
  }
}

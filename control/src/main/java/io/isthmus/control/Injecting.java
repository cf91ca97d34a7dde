package io.isthmus.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.InjectionCluster;
import io.isthmus.control.injection.InjectionServer;
import io.isthmus.control.injection.Namespaces;
import io.isthmus.control.kubernetes.ClusterInformers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.X509ExtendedKeyManager;

/** The admission webhook, and what it needs in the cluster. */
final class Injecting implements AutoCloseable {
  private final InjectionCluster cluster;
  private final InjectionServer server;

  /** What of the process it lives on. */
  record Process(
      KubernetesClient client,
      LiveAuthority authority,
      ClusterInformers informers,
      ScheduledExecutorService writes,
      MeterRegistry metrics) {}

  /**
   * @param identity what it shows at handshakes
   */
  Injecting(
      InjectionSettings settings,
      String systemNamespace,
      Process process,
      X509ExtendedKeyManager identity)
      throws IOException {
    cluster =
        new InjectionCluster(
            process.client(),
            systemNamespace,
            new InjectionCluster.Sources(
                process.informers()::meshedNamespaces,
                () -> process.authority().current().bundle()),
            process.writes(),
            process.metrics());
    try {
      server =
          new InjectionServer(
              settings.address(),
              new InjectionServer.Served(
                  identity,
                  new Injection(settings.installed()),
                  new Namespaces(cluster::namespace, cluster::namespaceNow)),
              process.metrics());
    } catch (IOException e) {
      cluster.close();
      throw new IOException(
          "webhook-address=%s: %s".formatted(settings.address(), e.getMessage()), e);
    }
    process.authority().subscribe(cluster::changed);
  }

  /** Pods came or went. */
  void changed() {
    cluster.changed();
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    cluster.close();
  }
}

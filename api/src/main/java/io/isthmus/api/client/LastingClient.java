package io.isthmus.api.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * A client that outlives its connections, also those that the path has forgotten without a word (a
 * load balancer that failed over, a node of the API server that lost its power): a request whose
 * answer does not begin in time, or stops coming, takes its connection with it, and a watch on
 * which nothing comes ends, and is opened again. One that did not end in order lists anew: the
 * server may have another state by then, even an older one.
 */
public final class LastingClient {
  /** Of the first pause before a watch is opened again; the longest is 32 times as long. */
  private static final Duration RECONNECT = Duration.ofMillis(300);

  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(10), Duration.ofSeconds(30));

  /**
   * How long a watch may be silent.
   *
   * @param ping how often the server is asked for a sign of life
   * @param silence after how long without one a watch ends
   */
  record Patience(Duration ping, Duration silence) {}

  private LastingClient() {}

  /** The configuration is the client's from now on. */
  public static KubernetesClient of(Config config) {
    return of(config, PATIENCE);
  }

  static KubernetesClient of(Config config, Patience patience) {
    // a request that times out ends its connection; one of HTTP/2 is used on, dead or not
    config.setHttp2Disable(true);
    config.setWebsocketPingInterval(patience.ping().toMillis());
    config.setWatchReconnectInterval((int) RECONNECT.toMillis());
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new Factory(patience.silence()))
        .build();
  }

  private static final class Factory extends JdkHttpClientFactory {
    private final Duration silence;

    Factory(Duration silence) {
      this.silence = silence;
    }

    @Override
    protected HttpClient.Builder createNewHttpClientBuilder() {
      return new PulseHttpClient.Builder(super.createNewHttpClientBuilder(), silence);
    }
  }
}

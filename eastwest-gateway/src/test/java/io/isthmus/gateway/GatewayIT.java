package io.isthmus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.DataPlane;
import io.isthmus.proxy.SidecarSettings;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.relay.StreamLeg;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.transport.ListenerException;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.TunnelDialer;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.SettingsReader;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayIT {
  private final TestCa west = TestCa.create("west.test");
  private final TestCa east = TestCa.create("east.test");
  private final BundleSet bundles = BundleSet.of(west.bundle(), east.bundle());
  private final ConfigHolder config = new ConfigHolder(InstantSource.system());
  private final Identity identity = new Identity();
  private final CompletableFuture<Void> drainAsked = new CompletableFuture<>();
  private final EventLoopGroup loops = Transport.ofThisPlatform().eventLoops(1, "caller");
  private final TlsContexts callers =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private final PooledTunnelDialer dialer =
      new PooledTunnelDialer(
          callers,
          new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
          TunnelSettings.DEFAULT,
          TunnelObserver.none());
  private final DataPlane gateway = gateway("127.0.0.1:0");

  GatewayIT() throws Exception {}

  private DataPlane gateway(String inbound) throws Exception {
    String[] args = {
      "--cluster=east",
      "--trust-domain=east.test",
      "--pod=gateway-1",
      "--pod-ip=127.0.0.1",
      "--control-address=localhost:15012",
      "--control-bundle=none",
      "--token-file=none",
      "--inbound-address=" + inbound,
      "--admin-address=127.0.0.1:0",
      "--metrics-address=127.0.0.1:0",
      "--ready-address=127.0.0.1:0",
      "--access-log=off",
      "--drain-period=5s",
      "--threads=1"
    };
    GatewaySettings settings =
        new GatewaySettings(SettingsReader.of(GatewaySettings.all()).read(args));
    return new Gateway(settings, config, identity, () -> drainAsked.complete(null)).start();
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
    dialer.close();
    callers.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  private void certifyAndConfigure() {
    identity.set(east.svid("isthmus-system", "isthmus-gateway"));
    config.set(
        new MeshConfig(
            "1",
            Map.of(),
            Map.of(),
            Map.of(),
            new Inbound(Map.of(west.trustDomain(), "west"), Map.of()),
            bundles));
    callers.update(
        new TrustMaterial(west.svid("shop", "web"), bundles, Set.of(west.trustDomain())));
  }

  private Future<OpenTunnel<StreamLeg>> probe() {
    Endpoint endpoint =
        new Endpoint(
            gateway.address(SidecarSettings.INBOUND_ADDRESS),
            new Tunnel.Gateway(
                "probe.gateway.isthmus.io:15008",
                ExpectedPeer.Exact.of(east.id("isthmus-system", "isthmus-gateway")),
                Optional.empty()),
            true);
    return dialer.dial(
        endpoint, TunnelDialer.requestTo(endpoint, Map.of()), StreamLeg::of, loops.next());
  }

  @Test
  void isReadyWithCertificateAndConfigurationOnly() throws Exception {
    assertThat(get(SidecarSettings.READY_ADDRESS, "/ready").body())
        .contains("no certificate yet", "no configuration yet");
    certifyAndConfigure();
    assertThat(get(SidecarSettings.READY_ADDRESS, "/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void answersProbesAndCountsThem() throws Exception {
    certifyAndConfigure();
    OpenTunnel<StreamLeg> probe = probe().get(5, TimeUnit.SECONDS);
    assertThat(probe.peer().id()).isEqualTo(east.id("isthmus-system", "isthmus-gateway"));
    assertThat(get(SidecarSettings.METRICS_ADDRESS, "/metrics").body())
        .contains("isthmus_handshakes_total{result=\"ok\",role=\"server\"} 1.0");
  }

  @Test
  void drainsWhenAskedAndTakesNoNewTunnels() throws Exception {
    certifyAndConfigure();
    OpenTunnel<StreamLeg> open = probe().get(5, TimeUnit.SECONDS);
    CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
    await().ignoreExceptions().untilAsserted(() -> assertThat(probe().await().cause()).isNotNull());
    // longer than the last frames are given: it is the open stream that the drain waits for
    await().during(Duration.ofMillis(1_500)).until(() -> !drained.isDone());
    open.stream().eventLoop().execute(open.stream()::end);
    drained.get(10, TimeUnit.SECONDS);
  }

  @Test
  void anAdminCanAskForTheDrain() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(SidecarSettings.ADMIN_ADDRESS, "/drain"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(202);
    }
    drainAsked.get(5, TimeUnit.SECONDS);
  }

  @Test
  void namesThePortThatIsInUse() {
    InetSocketAddress taken = gateway.address(SidecarSettings.INBOUND_ADDRESS);
    assertThatThrownBy(() -> gateway("127.0.0.1:" + taken.getPort()))
        .isInstanceOf(ListenerException.class)
        .hasMessageContaining("inbound-address")
        .hasMessageContaining(String.valueOf(taken.getPort()));
  }

  private URI uri(Setting<?> setting, String path) {
    return URI.create("http://127.0.0.1:" + gateway.address(setting).getPort() + path);
  }

  private HttpResponse<String> get(Setting<?> setting, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(uri(setting, path)).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static final class Identity implements SvidSource {
    private final List<Consumer<Svid>> subscribers = new CopyOnWriteArrayList<>();
    private volatile Optional<Svid> svid = Optional.empty();

    void set(Svid next) {
      svid = Optional.of(next);
      subscribers.forEach(subscriber -> subscriber.accept(next));
    }

    @Override
    public Optional<Svid> current() {
      return svid;
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      subscribers.add(subscriber);
      return () -> subscribers.remove(subscriber);
    }
  }
}

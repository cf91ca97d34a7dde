package io.isthmus.proxy.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.identity.SvidSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
final class XdsClientIT {
  private static final String PEER = "spiffe://west.demo/ns/shop/sa/hello";
  private static final Node NODE =
      new Node(
          Node.Role.SIDECAR,
          "west",
          new Node.Workload("shop", "web", "web-1", "127.1.0.10"),
          Node.ExplicitNames.NOT_ASKED);
  private static final XdsTiming TIMING =
      new XdsTiming(
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          Duration.ofMillis(50),
          Duration.ofMillis(20),
          Duration.ofMillis(100));

  @TempDir Path directory;
  private final TestCa west = TestCa.create("west.demo");
  private final FakeAds ads = new FakeAds();
  private final ConfigHolder holder = new ConfigHolder(Clock.systemUTC());
  private FakeControlPlane control;
  private ControlPlaneConnector connector;
  private XdsClient client;

  @BeforeEach
  void start() throws IOException {
    control = new FakeControlPlane(west, directory).serving(ads.service()).start();
    connector = new ControlPlaneConnector(control.address(), Clock.systemUTC());
    client = client(TIMING);
    client.start();
    await().until(() -> ads.asked(ResourceType.LISTENER));
  }

  private XdsClient client(XdsTiming timing) {
    return new XdsClient(
        new XdsClient.Connection(connector, new NoSvid(), timing), NODE, holder, XdsObserver.NONE);
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    connector.close();
    control.close();
  }

  private void configure() {
    ads.send(
        ResourceType.CLUSTER,
        Map.of(Wire.HELLO, Wire.hello(PEER), "inbound/8080", Wire.inboundCluster(8080)));
    ads.send(ResourceType.ENDPOINTS, Map.of(Wire.HELLO, Wire.helloAt("127.1.0.11")));
    ads.send(ResourceType.SECRET, Map.of("bundle/west.demo", Wire.bundle(west.bundle())));
    ads.send(
        ResourceType.LISTENER,
        Map.of(
            "inbound",
            Wire.inbound(),
            Wire.HELLO,
            Wire.outbound(Wire.HELLO, "10.0.0.1", Wire.HELLO)));
    String last =
        ads.send(
            ResourceType.ROUTES,
            Map.of("inbound", Wire.inboundRoutes("web.shop.svc:80", "inbound/8080")));
    await().until(() -> ads.acknowledged(last));
  }

  @Test
  void putsTheFirstConfigurationTogether() {
    configure();
    MeshConfig config = holder.current();
    assertThat(config.virtualAddresses())
        .containsEntry(new InetSocketAddress("10.0.0.1", 80), Wire.HELLO);
    assertThat(helloEndpoint().tunnel())
        .isEqualTo(
            new Tunnel.Hbone("127.1.0.11:8080", ExpectedPeer.Exact.of(west.id("shop", "hello"))));
    assertThat(config.inbound().routes()).containsOnlyKeys("web.shop.svc:80");
    assertThat(config.bundles().find(west.trustDomain())).contains(west.bundle());
  }

  @Test
  void takesUpdatesAndRemovals() {
    configure();
    ads.send(ResourceType.ENDPOINTS, Map.of(Wire.HELLO, Wire.helloAt("127.1.0.12")));
    InetSocketAddress moved = new InetSocketAddress("127.1.0.12", 8080);
    await().until(() -> helloEndpoint().address(), moved::equals);
    removeHello();
    assertThat(holder.current().virtualAddresses()).isEmpty();
  }

  private Endpoint helloEndpoint() {
    return Optional.ofNullable(holder.current().clusters().get(Wire.HELLO))
        .orElseThrow()
        .endpoints()
        .getFirst();
  }

  private void removeHello() {
    ads.send(ResourceType.LISTENER, Map.of(), Wire.HELLO);
    ads.send(ResourceType.CLUSTER, Map.of(), Wire.HELLO);
    await().until(() -> !holder.current().clusters().containsKey(Wire.HELLO));
  }

  @Test
  void refusesAReferenceToNothingAndKeepsWhatItHas() {
    configure();
    MeshConfig before = holder.current();
    String name = "outbound/shop/x/80";
    String nonce =
        ads.send(ResourceType.LISTENER, Map.of(name, Wire.outbound(name, "10.0.0.2", "nowhere")));
    await().until(() -> !ads.refusal(nonce).isEmpty());
    assertThat(ads.refusal(nonce))
        .contains("Listener " + name, "nowhere", "expected the name of a Cluster");
    assertThat(holder.current()).isEqualTo(before);
    removeHello();
  }

  /** As of a server that was slow, or a process that was: what is missing comes, but too late. */
  @Test
  void asksAnewForWhatItRefused() {
    client.close();
    client =
        client(
            new XdsTiming(
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                TIMING.confirmation(),
                TIMING.firstRetry(),
                TIMING.longestRetry()));
    client.start();
    await().until(() -> ads.streams() == 2);
    String nonce = ads.send(ResourceType.CLUSTER, Map.of(Wire.HELLO, Wire.hello(PEER)));
    await().until(() -> !ads.refusal(nonce).isEmpty());

    await().until(() -> ads.streams() == 3);
    configure();

    assertThat(holder.current().clusters()).containsKey(Wire.HELLO);
  }

  @Test
  void refusesWhole() {
    configure();
    MeshConfig before = holder.current();
    String nonce =
        ads.send(
            ResourceType.CLUSTER,
            Map.of(
                "inbound/9090",
                Wire.inboundCluster(9090),
                Wire.HELLO,
                Wire.hello("https://no-spiffe-id")));
    await().until(() -> !ads.refusal(nonce).isEmpty());
    assertThat(ads.refusal(nonce)).contains("Cluster " + Wire.HELLO, "https://no-spiffe-id");
    assertThat(holder.current()).isEqualTo(before);
  }

  @Test
  void refusesAnOlderBundle() {
    configure();
    TrustBundle newer = west.root().bundle(7, TrustBundle.DEFAULT_REFRESH_HINT);
    ads.send(ResourceType.SECRET, Map.of("bundle/west.demo", Wire.bundle(newer)));
    await()
        .until(
            () -> holder.current().bundles().find(west.trustDomain()).equals(Optional.of(newer)));
    String nonce =
        ads.send(ResourceType.SECRET, Map.of("bundle/west.demo", Wire.bundle(west.bundle())));
    await().until(() -> !ads.refusal(nonce).isEmpty());
    assertThat(ads.refusal(nonce)).contains("bundle/west.demo", "sequence", "at least 7");
    assertThat(holder.current().bundles().find(west.trustDomain())).contains(newer);
  }

  @Test
  void goesOnWithoutTheControlPlaneAndHonoursRemovalsAfterIt()
      throws IOException, InterruptedException {
    configure();
    MeshConfig before = holder.current();
    control.stop();
    ads.requests.clear();
    assertThat(holder.current()).isEqualTo(before);
    control.start();
    await().until(() -> ads.asked(ResourceType.SECRET));
    assertThat(
            ads.requests.stream()
                .filter(request -> request.getTypeUrl().equals(ResourceType.CLUSTER.typeUrl()))
                .findFirst()
                .orElseThrow()
                .getInitialResourceVersionsMap())
        .containsOnlyKeys(Wire.HELLO, "inbound/8080");
    Instant back = holder.since();
    removeHello();
    await().until(() -> holder.since().isAfter(back));
  }

  private static final class NoSvid implements SvidSource {
    @Override
    public Optional<Svid> current() {
      return Optional.empty();
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      return () -> {};
    }
  }
}

package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Two sidecars in one process, with certificates of one authority, and an application. */
final class SidecarPair implements AutoCloseable {
  static final String HELLO = "hello.shop:80";
  private static final int HBONE_PORT = 15008;

  final TestCa ca = TestCa.create("west.demo");
  final ConfigHolder callerConfig = new ConfigHolder(InstantSource.system());
  final ConfigHolder targetConfig = new ConfigHolder(InstantSource.system());
  final InetAddress targetIp;
  final EchoApplication application;
  final DataPlane caller;
  final DataPlane target;
  final Path callerLog;
  final Path targetLog;

  private SidecarPair(Path directory) throws Exception {
    targetIp = unusedLoopback();
    application = EchoApplication.start(targetIp);
    callerLog = directory.resolve("caller.log");
    targetLog = directory.resolve("target.log");
    callerConfig.set(callerConfig());
    targetConfig.set(targetConfig(Set.of()));
    target =
        sidecar(
            targetConfig,
            ca.svid("shop", "hello"),
            "--pod-ip=" + targetIp.getHostAddress(),
            "--inbound-address=" + targetIp.getHostAddress() + ":" + HBONE_PORT,
            "--access-log=" + targetLog);
    caller =
        sidecar(
            callerConfig,
            ca.svid("shop", "web"),
            "--pod-ip=127.0.0.1",
            "--inbound-address=127.0.0.1:0",
            "--explicit-address=127.0.0.1:0",
            "--access-log=" + callerLog);
  }

  static SidecarPair start(Path directory) throws Exception {
    return new SidecarPair(directory);
  }

  private static InetAddress unusedLoopback() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] ip = {127, (byte) random.nextInt(64, 200), (byte) random.nextInt(1, 250), 9};
    return InetAddress.getByAddress(ip);
  }

  private static DataPlane sidecar(ConfigHolder config, Svid svid, String... more)
      throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--cluster=west",
                "--trust-domain=west.demo",
                "--namespace=shop",
                "--service-account=" + svid.id().workload().orElseThrow().serviceAccount(),
                "--pod=pod-1",
                "--control-address=127.0.0.1:1",
                "--control-bundle=unused",
                "--token-file=unused",
                "--admin-address=127.0.0.1:0",
                "--metrics-address=127.0.0.1:0",
                "--ready-address=127.0.0.1:0",
                "--drain-period=5s",
                "--threads=2"));
    args.addAll(List.of(more));
    SidecarSettings settings =
        new SidecarSettings(
            SettingsReader.of(SidecarSettings.all()).read(args.toArray(String[]::new)));
    return new Sidecar(settings, config, new FixedSvid(svid), () -> {}).start();
  }

  private record FixedSvid(Svid svid) implements SvidSource {
    @Override
    public Optional<Svid> current() {
      return Optional.of(svid);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      return () -> {};
    }
  }

  private MeshConfig callerConfig() {
    String authority = targetIp.getHostAddress() + ":" + application.port();
    Endpoint endpoint =
        new Endpoint(
            new InetSocketAddress(targetIp, application.port()),
            new Tunnel.Hbone(authority, ExpectedPeer.Exact.of(ca.id("shop", "hello"))),
            true);
    Cluster hello =
        new Cluster(
            "outbound/shop/hello/80",
            new ServiceName("shop", "hello", 80, Optional.empty()),
            List.of(endpoint));
    return new MeshConfig(
        "1",
        Map.of(),
        Map.of(HELLO, hello.name()),
        Map.of(hello.name(), hello),
        new Inbound(Map.of(ca.trustDomain(), "west"), Map.of()),
        BundleSet.of(ca.bundle()));
  }

  MeshConfig targetConfig(Set<InboundRoute> routes) {
    return new MeshConfig(
        "1",
        Map.of(),
        Map.of(),
        Map.of(),
        new Inbound(
            Map.of(ca.trustDomain(), "west"),
            routes.stream().collect(Collectors.toMap(InboundRoute::authority, route -> route))),
        BundleSet.of(ca.bundle()));
  }

  static InboundRoute route(String authority, String cluster, TestCa ca) {
    return new InboundRoute(
        authority, cluster, Set.of(ca.trustDomain()), TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE);
  }

  /** A connection to the explicit listener. */
  Socket explicit() throws IOException {
    Socket socket = new Socket();
    socket.connect(caller.address(SidecarSettings.EXPLICIT_ADDRESS));
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A connection through both sidecars to the application. */
  Socket hello() throws IOException {
    Socket socket = explicit();
    socket.getOutputStream().write(ascii("CONNECT " + HELLO + " HTTP/1.1\r\n\r\n"));
    String head = head(socket.getInputStream());
    if (!head.startsWith("HTTP/1.1 200 ")) {
      socket.close();
      throw new IOException(head);
    }
    return socket;
  }

  /** A connection to hello by the explicit proxy of the sidecar at {@code ip}. */
  static Socket callHello(String ip) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(ip, 15080));
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(ascii("CONNECT " + HELLO + " HTTP/1.1\r\n\r\n"));
    assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
    return socket;
  }

  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after \"" + head + "\"");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    caller.close();
    target.close();
    application.close();
  }
}

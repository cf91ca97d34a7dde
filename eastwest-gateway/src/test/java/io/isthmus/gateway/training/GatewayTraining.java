package io.isthmus.gateway.training;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.DataPlane;
import io.isthmus.proxy.EchoApplication;
import io.isthmus.proxy.Sidecar;
import io.isthmus.proxy.SidecarSettings;
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
import io.isthmus.proxy.identity.ControlPlane;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.training.Loopback;
import io.isthmus.proxy.training.Traffic;
import io.isthmus.proxy.training.Trainee;
import io.isthmus.proxy.xds.ServedMesh;
import io.isthmus.settings.SettingsReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Trains the gateway between a caller's and a destination's sidecar: end-to-end sessions through
 * it, its probe authority, its pages.
 */
final class GatewayTraining {
  private static final ServiceName HELLO = new ServiceName("shop", "hello", 80, Optional.empty());

  private final TestCa ca = TestCa.create("west.demo");
  private final String gatewayIp = Loopback.unused();
  private final String podIp = Loopback.unused();

  private GatewayTraining() {}

  /** Arguments: java, the JVM options, the jar. */
  public static void main(String[] args) throws Exception {
    new GatewayTraining().run(Trainee.Shipped.of(args));
  }

  private void run(Trainee.Shipped shipped) throws Exception {
    Path directory = Files.createTempDirectory("isthmus-training-");
    ServedMesh mesh = new ServedMesh();
    DataPlane destination = sidecar(podIp, ca.svid("shop", "hello"), destinationConfig());
    DataPlane caller = sidecar("127.0.0.1", ca.svid("shop", "web"), callerConfig());
    try (EchoApplication application = EchoApplication.start(new InetSocketAddress(podIp, 8080));
        FakeControlPlane control = new FakeControlPlane(ca, directory).serving(mesh.service())) {
      control.certifies = ca.id("isthmus-system", "isthmus-gateway");
      ControlPlane address = control.start().address();
      try (Trainee gateway =
          new Trainee(
              shipped,
              gatewayIp,
              List.of(
                  "--cluster=west",
                  "--trust-domain=west.demo",
                  "--pod=gateway-1",
                  "--control-address=127.0.0.1:" + address.address().getPort(),
                  "--control-bundle=" + address.bundleFile(),
                  "--token-file=" + address.tokenFile()))) {
        mesh.configureGateway(ca, ca.id("shop", "hello"), podIp);
        gateway.awaitReady();
        new Traffic(
                caller.address(SidecarSettings.EXPLICIT_ADDRESS),
                ServedMesh.EXPLICIT_HOST,
                ServedMesh.EXPLICIT_PORT)
            .run();
        gateway.readPages();
        gateway.finish();
      }
    } finally {
      caller.close();
      destination.close();
    }
  }

  private DataPlane sidecar(String ip, Svid svid, MeshConfig config) throws Exception {
    ConfigHolder holder = new ConfigHolder(InstantSource.system());
    holder.set(config);
    SidecarSettings settings =
        new SidecarSettings(
            SettingsReader.of(SidecarSettings.all())
                .read(
                    arguments(
                        "--cluster=west",
                        "--trust-domain=west.demo",
                        "--namespace=shop",
                        "--service-account=" + svid.id().workload().orElseThrow().serviceAccount(),
                        "--pod=pod-1",
                        "--pod-ip=" + ip,
                        "--control-address=127.0.0.1:1",
                        "--control-bundle=unused",
                        "--token-file=unused",
                        "--inbound-address=" + ip + ":" + (ip.equals(podIp) ? 15008 : 0),
                        "--explicit-address=127.0.0.1:0",
                        "--admin-address=127.0.0.1:0",
                        "--metrics-address=127.0.0.1:0",
                        "--ready-address=127.0.0.1:0",
                        "--access-log=off",
                        "--threads=1")));
    return new Sidecar(settings, holder, new Held(svid), () -> {}).start();
  }

  private static String[] arguments(String... arguments) {
    return arguments;
  }

  private MeshConfig callerConfig() {
    Endpoint gateway =
        new Endpoint(
            new InetSocketAddress(gatewayIp, 15008),
            new Tunnel.Gateway(
                ServedMesh.AUTHORITY,
                ExpectedPeer.Exact.of(ca.id("isthmus-system", "isthmus-gateway")),
                Optional.of(new ExpectedPeer.InNamespace(ca.trustDomain(), "shop"))),
            true);
    Cluster cluster = new Cluster("outbound/shop/hello/80", HELLO, List.of(gateway));
    return config(
        cluster,
        Map.of(ServedMesh.EXPLICIT_HOST + ":" + ServedMesh.EXPLICIT_PORT, cluster.name()),
        Map.of());
  }

  private MeshConfig destinationConfig() {
    Endpoint application =
        new Endpoint(new InetSocketAddress(podIp, 8080), new Tunnel.Plain(), true);
    Cluster cluster = new Cluster("inbound/8080", HELLO, List.of(application));
    InboundRoute route =
        new InboundRoute(
            ServedMesh.AUTHORITY,
            cluster.name(),
            Set.of(ca.trustDomain()),
            TunnelMode.END_TO_END,
            UnmeshedPolicy.REFUSE);
    return config(cluster, Map.of(), Map.of(route.authority(), route));
  }

  private MeshConfig config(
      Cluster cluster, Map<String, String> names, Map<String, InboundRoute> routes) {
    return new MeshConfig(
        "1",
        Map.of(),
        names,
        Map.of(cluster.name(), cluster),
        new Inbound(Map.of(ca.trustDomain(), "west"), routes),
        BundleSet.of(ca.bundle()));
  }

  private record Held(Svid svid) implements SvidSource {
    @Override
    public Optional<Svid> current() {
      return Optional.of(svid);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      return () -> {};
    }
  }
}

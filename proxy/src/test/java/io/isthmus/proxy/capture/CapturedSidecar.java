package io.isthmus.proxy.capture;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.DataPlane;
import io.isthmus.proxy.Sidecar;
import io.isthmus.proxy.SidecarSettings;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.settings.SettingsReader;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program for a namespace: the sidecar with a configuration that no control plane sent. Each
 * Service has one endpoint without a proxy, of the Service's own address family. Arguments: the
 * sidecar's own settings. Ends with its standard input.
 */
final class CapturedSidecar {
  static final int SERVICE_PORT = 80;

  /** Service addresses, the Services' names and the endpoints. */
  static final List<Service> SERVICES =
      List.of(
          new Service("first", "10.96.0.10", "10.77.0.1", 8081),
          new Service("second", "10.96.0.11", "10.77.0.1", 8082),
          new Service("first", "fd96::10", "fd77::1", 8081),
          new Service("second", "fd96::11", "fd77::1", 8082));

  private CapturedSidecar() {}

  record Service(String name, String address, String endpointIp, int endpointPort) {
    private Cluster cluster() {
      return new Cluster(
          "outbound/shop/" + name + "/" + address,
          new ServiceName("shop", name, SERVICE_PORT, Optional.empty()),
          List.of(
              new Endpoint(
                  new InetSocketAddress(endpointIp, endpointPort), new Tunnel.Plain(), true)));
    }
  }

  public static void main(String[] args) throws Exception {
    SidecarSettings settings =
        new SidecarSettings(SettingsReader.of(SidecarSettings.all()).read(args));
    TestCa ca = TestCa.create("west.demo");
    ConfigHolder config = new ConfigHolder(InstantSource.system());
    config.set(configuration(ca));
    DataPlane sidecar =
        new Sidecar(settings, config, new FixedSvid(ca.svid("shop", "web")), () -> {}).start();
    System.out.println("ready");
    int end = System.in.read();
    sidecar.close();
    System.exit(end < 0 ? 0 : 1);
  }

  private static MeshConfig configuration(TestCa ca) {
    Map<InetSocketAddress, String> addresses = new HashMap<>();
    Map<String, Cluster> clusters = new HashMap<>();
    for (Service service : SERVICES) {
      Cluster cluster = service.cluster();
      addresses.put(new InetSocketAddress(service.address(), SERVICE_PORT), cluster.name());
      clusters.put(cluster.name(), cluster);
    }
    return new MeshConfig(
        "1", addresses, Map.of(), clusters, Inbound.NONE, BundleSet.of(ca.bundle()));
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
}

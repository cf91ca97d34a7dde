package io.isthmus.proxy.xds;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.grpc.ServerServiceDefinition;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.util.Map;

/**
 * One Service, {@code shop/hello}, port 80, whose Pod is meshed and listens on 8080, served to a
 * real process as a control plane would.
 */
public final class ServedMesh {
  public static final String AUTHORITY = "hello.shop.svc.cluster.local:80";
  public static final String EXPLICIT_HOST = "hello.shop";
  public static final int EXPLICIT_PORT = 80;

  /** A process on a busy machine takes its time to start. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final FakeAds ads = new FakeAds();

  public ServerServiceDefinition service() {
    return ads.service();
  }

  /** For a sidecar that asked for explicit names. */
  public void configureSidecar(TestCa ca, SpiffeId peer, String podIp) {
    configure(ca, peer, podIp);
    ads.send(
        ResourceType.LISTENER,
        Map.of(Wire.HELLO, Wire.outbound(Wire.HELLO, "10.0.0.1", Wire.HELLO)));
    send(
        ResourceType.ROUTES,
        Map.of(
            "inbound",
            Wire.inboundRoutes(AUTHORITY, "inbound/8080"),
            "explicit",
            Wire.explicitRoutes(EXPLICIT_HOST + ":" + EXPLICIT_PORT, Wire.HELLO)));
  }

  /** For a gateway, which exports the Service end to end. */
  public void configureGateway(TestCa ca, SpiffeId peer, String podIp) {
    configure(ca, peer, podIp);
    send(ResourceType.ROUTES, Map.of("inbound", Wire.inboundRoutes(AUTHORITY, Wire.HELLO)));
  }

  /** Another bundle of the own trust domain; waits until it was acknowledged. */
  public void serve(TrustBundle bundle) {
    send(ResourceType.SECRET, Map.of("bundle/" + bundle.trustDomain(), Wire.bundle(bundle)));
  }

  /** Until the proxy has opened its stream this many times. */
  public void awaitStreams(int count) {
    await().atMost(LIMIT).until(() -> ads.streams() >= count);
  }

  private void configure(TestCa ca, SpiffeId peer, String podIp) {
    await().atMost(LIMIT).until(() -> ads.asked(ResourceType.LISTENER));
    ads.send(
        ResourceType.CLUSTER,
        Map.of(
            Wire.HELLO,
            Wire.hello(peer.toString()),
            "inbound/8080",
            Wire.inboundCluster(podIp, 8080)));
    ads.send(ResourceType.ENDPOINTS, Map.of(Wire.HELLO, Wire.helloAt(podIp)));
    ads.send(ResourceType.SECRET, Map.of("bundle/west.demo", Wire.bundle(ca.bundle())));
    ads.send(ResourceType.LISTENER, Map.of("inbound", Wire.inbound()));
  }

  private void send(ResourceType type, Map<String, ? extends MessageLite> resources) {
    String last = ads.send(type, resources);
    await().atMost(LIMIT).until(() -> ads.acknowledged(last));
  }
}

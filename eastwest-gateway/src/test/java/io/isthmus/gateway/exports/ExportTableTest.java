package io.isthmus.gateway.exports;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.gateway.exports.Verdict.Denied;
import io.isthmus.gateway.exports.Verdict.Export;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.relay.EndReason;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExportTableTest {
  private static final TrustDomain WEST = TrustDomain.of("west.test");
  private static final TrustDomain NORTH = TrustDomain.of("north.test");
  private static final SpiffeId WEB = SpiffeId.workload(WEST, "shop", "web");
  private static final String HELLO = "hello.shop.svc.cluster.local:80";

  private static Endpoint meshed(String ip) {
    return new Endpoint(
        new InetSocketAddress(ip, 80),
        new Tunnel.Hbone(ip + ":80", new ExpectedPeer.AnyOf(Set.of(WEST))),
        true);
  }

  private static Endpoint plain(String ip) {
    return new Endpoint(new InetSocketAddress(ip, 80), new Tunnel.Plain(), true);
  }

  private static MeshConfig config(TunnelMode mode, UnmeshedPolicy unmeshed, Endpoint... all) {
    String name = "outbound/shop/hello/80";
    return new MeshConfig(
        "1",
        Map.of(),
        Map.of(),
        Map.of(
            name,
            new Cluster(
                name, new ServiceName("shop", "hello", 80, Optional.empty()), List.of(all))),
        new Inbound(
            Map.of(WEST, "west", NORTH, "north"),
            Map.of(
                HELLO,
                new InboundRoute(HELLO, name, Set.of(WEST), mode, unmeshed),
                "lost.shop.svc.cluster.local:80",
                new InboundRoute(
                    "lost.shop.svc.cluster.local:80", "gone", Set.of(WEST), mode, unmeshed))),
        BundleSet.EMPTY);
  }

  private static final MeshConfig CONFIG =
      config(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, meshed("10.1.0.1"), plain("10.1.0.2"));

  @Test
  void findsAnExportWhateverTheCaseOfItsName() {
    assertThat(ExportTable.verdict(CONFIG, WEB, "Hello.shop.svc.CLUSTER.local:80"))
        .isInstanceOfSatisfying(
            Export.class, e -> assertThat(e.route().authority()).isEqualTo(HELLO));
  }

  @Test
  void unknownAndNotExportedToThisPeerLookTheSame() {
    SpiffeId northern = SpiffeId.workload(NORTH, "shop", "web");
    Denied notForNorth = (Denied) ExportTable.verdict(CONFIG, northern, HELLO);
    Denied unknown =
        (Denied) ExportTable.verdict(CONFIG, northern, "secret.shop.svc.cluster.local:80");
    assertThat(notForNorth.status()).isEqualTo(401).isEqualTo(unknown.status());
    assertThat(notForNorth.reason()).isEqualTo(EndReason.DENIED).isEqualTo(unknown.reason());
    assertThat(notForNorth.detail())
        .isEqualTo("not exported: " + HELLO + " is not in the exports to north.test");
  }

  @Test
  void addressesAreKeysLikeAnyOtherAndInNoTable() {
    for (String authority :
        List.of("10.1.0.1:80", "[::1]:15000", "127.0.0.1:15000", "hello:80", HELLO + ".", "*:80")) {
      assertThat(ExportTable.verdict(CONFIG, WEB, authority)).isInstanceOf(Denied.class);
    }
  }

  @Test
  void answersProbesOfEveryLinkedPeer() {
    assertThat(ExportTable.verdict(MeshConfig.EMPTY, WEB, "probe.gateway.isthmus.io:15008"))
        .isEqualTo(new Verdict.Probe());
  }

  @Test
  void answersCanariesOfMirrorControllersAlone() {
    String authority = "Canary.gateway.isthmus.io:15008";
    SpiffeId controller = SpiffeId.workload(NORTH, "isthmus-system", "isthmus-mirror-controller");
    assertThat(ExportTable.verdict(MeshConfig.EMPTY, controller, authority))
        .isEqualTo(new Verdict.Canary());
    Denied denied = (Denied) ExportTable.verdict(MeshConfig.EMPTY, WEB, authority);
    assertThat(denied.status()).isEqualTo(401);
    assertThat(denied.reason()).isEqualTo(EndReason.DENIED);
  }

  @Test
  void anExportWhoseClusterIsNotKnownYetIsUnavailable() {
    Denied denied = (Denied) ExportTable.verdict(CONFIG, WEB, "lost.shop.svc.cluster.local:80");
    assertThat(denied.status()).isEqualTo(503);
    assertThat(denied.detail()).contains("cluster gone");
  }

  private static List<Endpoint> usable(TunnelMode mode, UnmeshedPolicy unmeshed) {
    Endpoint transit =
        new Endpoint(
            new InetSocketAddress("203.0.113.1", 15008),
            new Tunnel.Gateway(HELLO, new ExpectedPeer.AnyOf(Set.of(NORTH)), Optional.empty()),
            true);
    MeshConfig config = config(mode, unmeshed, meshed("10.1.0.1"), plain("10.1.0.2"), transit);
    return Targets.usable((Export) ExportTable.verdict(config, WEB, HELLO)).endpoints();
  }

  @Test
  void endToEndUsesMeshedEndpointsOnly() {
    assertThat(usable(TunnelMode.END_TO_END, UnmeshedPolicy.ALLOW))
        .containsExactly(meshed("10.1.0.1"));
  }

  @Test
  void terminateUsesUnmeshedEndpointsOnlyWhereThatIsAllowed() {
    assertThat(usable(TunnelMode.TERMINATE, UnmeshedPolicy.REFUSE))
        .containsExactly(meshed("10.1.0.1"));
    assertThat(usable(TunnelMode.TERMINATE, UnmeshedPolicy.ALLOW))
        .containsExactly(meshed("10.1.0.1"), plain("10.1.0.2"));
  }
}

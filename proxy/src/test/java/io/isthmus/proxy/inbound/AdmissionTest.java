package io.isthmus.proxy.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tunnel.Caller;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdmissionTest {
  private static final TrustDomain EAST = TrustDomain.of("east.demo");
  private static final TrustDomain WEST = TrustDomain.of("west.demo");
  private static final SpiffeId GATEWAY =
      SpiffeId.workload(EAST, "isthmus-system", "isthmus-gateway");
  private static final String HELLO = "hello.shop.svc.cluster.local:80";
  private static final TestCa CA = TestCa.create("east.demo");

  private final Admission admission =
      new Admission(EAST, GATEWAY, new OwnAddresses(Set.of(15008, 15000), ip -> true));

  @Test
  void connectsAnAddressForTheOwnTrustDomain() {
    assertThat(decide(id(EAST, "web"), "10.1.0.2:8080"))
        .isEqualTo(
            new Decision.Allowed(
                new InetSocketAddress("10.1.0.2", 8080), id(EAST, "web"), Optional.empty()));
  }

  @Test
  void refusesAnAddressThatIsNotTheConnectionsOwn() {
    assertThat(decide(id(EAST, "web"), "10.1.0.3:8080"))
        .isEqualTo(
            new Decision.Refused(
                400,
                EndReason.MALFORMED,
                "authority 10.1.0.3:8080: expected the address that was connected to, 10.1.0.2"));
  }

  @Test
  void refusesThePortsOfTheProxyItself() {
    assertThat(refused(id(EAST, "web"), "10.1.0.2:15000").reason()).isEqualTo(EndReason.LOOP);
  }

  @Test
  void refusesAnAddressForAnotherTrustDomain() {
    Decision.Refused refused = refused(id(WEST, "web"), "10.1.0.2:8080");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.reason()).isEqualTo(EndReason.DENIED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":80", "host", "host:", "host:0", "host:65536", "host:8o", "fd00::1:80"})
  void refusesAMalformedAuthority(String authority) {
    assertThat(Authority.parse(authority)).isInstanceOf(Authority.Malformed.class);
  }

  @Test
  void readsIpv6InBrackets() {
    assertThat(Authority.parse("[fd00::1]:80"))
        .isEqualTo(new Authority.Address(new InetSocketAddress("fd00::1", 80)));
  }

  @Test
  void connectsAServiceForATrustDomainOfItsTable() {
    assertThat(decide(id(WEST, "web"), "Hello.shop.svc.cluster.local:80"))
        .isInstanceOfSatisfying(
            Decision.Allowed.class,
            allowed -> {
              assertThat(allowed.target()).isEqualTo(new InetSocketAddress("10.1.0.2", 8080));
              assertThat(allowed.caller()).isEqualTo(id(WEST, "web"));
            });
  }

  @Test
  void namesTheServiceThatWasAskedForNotThePodThatAnswers() {
    Decision.Allowed allowed = (Decision.Allowed) decide(id(WEST, "web"), HELLO);
    assertThat(allowed.service()).contains(new ServiceName("shop", "hello", 80, Optional.empty()));
  }

  @Test
  void refusesAServiceForATrustDomainThatItIsNotExportedTo() {
    Decision.Refused refused = refused(id(TrustDomain.of("north.demo"), "web"), HELLO);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.detail()).contains("not exported to north.demo");
  }

  @Test
  void refusesAServiceThatIsNotInTheTable() {
    Decision.Refused refused = refused(id(WEST, "web"), "other.shop.svc.cluster.local:80");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.reason()).isEqualTo(EndReason.UNKNOWN_DESTINATION);
  }

  @Test
  void believesForwardedFromTheOwnGatewayOnly() {
    String west = "for=\"" + id(WEST, "web") + "\";by=gateway";
    assertThat(allowedCaller(GATEWAY, west)).isEqualTo(id(WEST, "web"));
    assertThat(allowedCaller(id(EAST, "web"), west)).isEqualTo(id(EAST, "web"));
    assertThat(forwarded(GATEWAY, "for=\"spiffe://north.demo/ns/shop/sa/web\""))
        .isInstanceOf(Decision.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "by=gateway",
        "for=unknown",
        "for=\"spiffe://west.demo/a b\"",
        "for=",
        "for=unknown, for=\"spiffe://west.demo/ns/shop/sa/web\""
      })
  void refusesWhatTheOwnGatewayForwardsAndCannotBeRead(String header) {
    assertThat(forwarded(GATEWAY, header))
        .isEqualTo(
            new Decision.Refused(
                400,
                EndReason.MALFORMED,
                "forwarded \"" + header + "\" from the gateway: expected for=\"spiffe://...\""));
  }

  @Test
  void ignoresWhatOthersForwardReadableOrNot() {
    assertThat(allowedCaller(id(EAST, "web"), "for=unknown")).isEqualTo(id(EAST, "web"));
  }

  @Test
  void believesWhatAGatewayOfOursWrites() {
    SpiffeId caller = SpiffeId.parse("spiffe://west.demo/ns/shop/sa/web_1.a-b");
    assertThat(allowedCaller(GATEWAY, Forwarded.by(caller))).isEqualTo(caller);
    assertThat(allowedCaller(id(EAST, "web"), Forwarded.by(caller))).isEqualTo(id(EAST, "web"));
    SpiffeId peersGateway = SpiffeId.workload(WEST, "isthmus-system", "isthmus-gateway");
    assertThat(allowedCaller(peersGateway, Forwarded.by(id(EAST, "web")))).isEqualTo(peersGateway);
  }

  private SpiffeId allowedCaller(SpiffeId peer, String header) {
    return ((Decision.Allowed) forwarded(peer, header)).caller();
  }

  private Decision forwarded(SpiffeId peer, String header) {
    return decide(peer, new ConnectRequest(HELLO, Map.of("forwarded", header)));
  }

  private Decision.Refused refused(SpiffeId who, String authority) {
    return (Decision.Refused) decide(who, authority);
  }

  private Decision decide(SpiffeId who, String authority) {
    return decide(who, new ConnectRequest(authority));
  }

  private Decision decide(SpiffeId who, ConnectRequest request) {
    VerifiedPeer peer =
        new VerifiedPeer(
            who, CA.svid("shop", "web").chain(), CA.bundle().anchors().getFirst(), Instant.MAX);
    Caller caller =
        new Caller(
            peer,
            new InetSocketAddress("10.1.0.2", 15008),
            new InetSocketAddress("10.9.0.9", 40000));
    return admission.decide(config(), caller, request);
  }

  private static MeshConfig config() {
    Cluster inbound =
        new Cluster(
            "inbound/8080",
            new ServiceName("shop", "hello-1", 8080, Optional.empty()),
            List.of(
                new Endpoint(new InetSocketAddress("10.1.0.2", 8080), new Tunnel.Plain(), true)));
    InboundRoute route =
        new InboundRoute(
            HELLO,
            inbound.name(),
            Set.of(EAST, WEST),
            TunnelMode.END_TO_END,
            UnmeshedPolicy.REFUSE);
    return new MeshConfig(
        "1",
        Map.of(),
        Map.of(),
        Map.of(inbound.name(), inbound),
        new Inbound(Map.of(EAST, "east", WEST, "west"), Map.of(HELLO, route)),
        BundleSet.EMPTY);
  }

  private static SpiffeId id(TrustDomain domain, String serviceAccount) {
    return SpiffeId.workload(domain, "shop", serviceAccount);
  }
}

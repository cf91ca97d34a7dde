package io.isthmus.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancerTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Balancer balancer = new Balancer(() -> now, new Random(1));

  static Endpoint endpoint(int n) {
    return new Endpoint(new InetSocketAddress("10.0.0." + n, 80), new Tunnel.Plain(), n % 100 != 0);
  }

  static Cluster cluster(Endpoint... endpoints) {
    return new Cluster(
        "outbound/shop/hello/80",
        new ServiceName("shop", "hello", 80, Optional.empty()),
        List.of(endpoints));
  }

  private Pick pick(Cluster cluster) {
    return balancer.pick(cluster, Set.of()).orElseThrow();
  }

  @Test
  void spreadsOpenConnectionsEvenly() {
    Cluster cluster =
        cluster(IntStream.rangeClosed(1, 10).mapToObj(n -> endpoint(n)).toArray(Endpoint[]::new));
    for (int i = 0; i < 1000; i++) {
      pick(cluster);
    }
    assertThat(cluster.endpoints())
        .allSatisfy(e -> assertThat(balancer.connections(e)).isBetween(95, 105));
  }

  @Test
  void prefersTheLessLoadedOfTwo() {
    Cluster cluster = cluster(endpoint(1), endpoint(2));
    List<Pick> first = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      first.add(pick(cluster(endpoint(1))));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(pick(cluster).endpoint()).isEqualTo(endpoint(2));
    }
    first.forEach(Pick::close);
    first.forEach(Pick::close);
    assertThat(balancer.connections(endpoint(1))).isZero();
  }

  @Test
  void leavesOutUnhealthyAndTriedEndpoints() {
    assertThat(balancer.pick(cluster(endpoint(100)), Set.of())).isEmpty();
    assertThat(balancer.pick(cluster(endpoint(1)), Set.of(endpoint(1)))).isEmpty();
    assertThat(pick(cluster(endpoint(100), endpoint(1))).endpoint()).isEqualTo(endpoint(1));
  }

  @Test
  void triesAGatewayThatNoProbeHasSeenAliveWhenNothingElseIsLeft() {
    Endpoint gateway = gateway(1);
    assertThat(pick(cluster(gateway)).endpoint()).isEqualTo(gateway);
    assertThat(pick(cluster(gateway, endpoint(1))).endpoint()).isEqualTo(endpoint(1));
    assertThat(balancer.pick(cluster(gateway), Set.of(gateway))).isEmpty();
  }

  private static Endpoint gateway(int n) {
    return new Endpoint(
        new InetSocketAddress("192.0.2." + n, 15008),
        new Tunnel.Gateway(
            "hello.shop.svc.cluster.local:80",
            ExpectedPeer.Exact.of(
                SpiffeId.parse("spiffe://east.demo/ns/isthmus-system/sa/isthmus-gateway")),
            Optional.empty()),
        false);
  }

  @Test
  void ejectsAFailedEndpointForAWhileThatDoubles() {
    Cluster cluster = cluster(endpoint(1), endpoint(2));
    pick(cluster(endpoint(1))).failed();
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      counts.merge(pick(cluster).endpoint(), 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys(endpoint(2));
    now = now.plus(Balancer.FIRST_BACK_OFF);
    assertThat(balancer.isEjected(endpoint(1))).isFalse();
    pick(cluster(endpoint(1))).failed();
    now = now.plus(Balancer.FIRST_BACK_OFF);
    assertThat(balancer.isEjected(endpoint(1))).isTrue();
    now = now.plus(Balancer.FIRST_BACK_OFF);
    assertThat(balancer.isEjected(endpoint(1))).isFalse();
  }

  @Test
  void backOffIsBoundedAndForgottenAfterASuccess() {
    for (int i = 0; i < 50; i++) {
      pick(cluster(endpoint(1))).failed();
    }
    now = now.plus(Balancer.LONGEST_BACK_OFF);
    assertThat(balancer.isEjected(endpoint(1))).isFalse();
    pick(cluster(endpoint(1))).connected();
    pick(cluster(endpoint(1))).failed();
    now = now.plus(Duration.ofSeconds(1));
    assertThat(balancer.isEjected(endpoint(1))).isFalse();
  }

  @Test
  void triesEjectedEndpointsWhenThereIsNoOther() {
    pick(cluster(endpoint(1))).failed();
    assertThat(pick(cluster(endpoint(1))).endpoint()).isEqualTo(endpoint(1));
  }
}

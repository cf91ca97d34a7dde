package io.isthmus.control.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.resources.NodeResources;
import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.ProxyNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class DeltaStreamLimitsTest {
  private static final ProxyNode NODE =
      new ProxyNode.Sidecar(
          TestCa.create("east.test").id("shop", "web"), "shop", "web-1", "10.0.0.1");
  private final StreamObservers observers =
      new StreamObservers(new SimpleMeterRegistry(), InstantSource.system());
  private final DeltaStream stream = new DeltaStream(NODE, NodeResources.EMPTY, observers);

  private void subscribe(ResourceKind kind, List<String> names) throws StatusException {
    var unused =
        stream.received(
            kind,
            DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(kind.typeUrl())
                .addAllResourceNamesSubscribe(names)
                .build());
  }

  private static List<String> names(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> "outbound/shop/s" + i).toList();
  }

  private static void assertInvalid(ThrowingCallable call, String... named) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).contains(named);
            });
  }

  @Test
  void namesOfOneTypeAreBoundedOverAllRequestsOfAStream() throws StatusException {
    subscribe(ResourceKind.ENDPOINTS, names(0, StreamLimits.NAMES));
    subscribe(ResourceKind.ENDPOINTS, names(0, 10)); // asked for again, no new ones
    assertInvalid(
        () -> subscribe(ResourceKind.ENDPOINTS, names(StreamLimits.NAMES, 1)),
        ResourceKind.ENDPOINTS.typeUrl(),
        "100001 names",
        "at most 100000");
  }

  @Test
  void namesBesideAWildcardAreBoundedToo() throws StatusException {
    subscribe(ResourceKind.CLUSTER, List.of("*"));
    assertInvalid(
        () -> subscribe(ResourceKind.CLUSTER, names(0, StreamLimits.NAMES + 1)), "100001 names");
  }

  @Test
  void aLongNameIsRefusedNamingItsBeginningAndTheLimit() {
    assertInvalid(
        () -> subscribe(ResourceKind.SECRET, List.of("bundle/" + "a".repeat(600))),
        "'bundle/aaa",
        "607 characters",
        "at most 512");
  }

  @Test
  void whatAClientClaimsToHoldIsBounded() {
    DeltaDiscoveryRequest.Builder claims =
        DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceKind.CLUSTER.typeUrl());
    names(0, StreamLimits.NAMES + 1).forEach(name -> claims.putInitialResourceVersions(name, "1"));
    assertInvalid(
        () -> {
          var unused = stream.received(ResourceKind.CLUSTER, claims.build());
        },
        "100001 names");
  }

  @Test
  void theReasonOfARefusalIsCut() {
    observers.rejected(NODE, ResourceKind.CLUSTER, "x".repeat(100_000));
    assertThat(observers.rejections().values())
        .singleElement()
        .satisfies(kept -> assertThat(kept.reason()).hasSizeLessThan(1100).endsWith("x..."));
  }
}

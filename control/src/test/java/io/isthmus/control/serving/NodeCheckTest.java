package io.isthmus.control.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.ServiceKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NodeCheckTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final SpiffeId HELLO = EAST.id("shop", "hello");
  private static final SpiffeId GATEWAY = EAST.id("isthmus-system", "isthmus-gateway");

  private static Node node(String role, SpiffeId id, String ip) {
    SpiffeId.Workload workload = id.workload().orElseThrow();
    return Node.newBuilder()
        .setCluster("east")
        .setMetadata(
            Struct.newBuilder()
                .putFields("ROLE", text(role))
                .putFields("NAMESPACE", text(workload.namespace()))
                .putFields("SERVICE_ACCOUNT", text(workload.serviceAccount()))
                .putFields("POD", text("hello-1"))
                .putFields("POD_IP", text(ip)))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static MeshPod pod(String name, String account, String... ips) {
    return new MeshPod(new ServiceKey("shop", name), List.of(ips), account, MeshPod.Proxy.PRESENT);
  }

  private static ProxyNode check(Node node, SpiffeId caller, MeshPod... pods)
      throws StatusException {
    ClusterState state =
        new ClusterState(
            new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"),
            new TreeMap<>(),
            Map.of(),
            ClusterState.Pods.of(List.of(pods)),
            new ClusterState.Trust(new TreeMap<>(), BundleSet.of(EAST.bundle())));
    return new NodeCheck(state, caller).check(node);
  }

  private static void assertDenied(Node node, MeshPod pod, String... named) {
    assertThatThrownBy(() -> check(node, HELLO, pod))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
              assertThat(e.getStatus().getDescription()).contains(named);
            });
  }

  @Test
  void podThatAgreesIsASidecar() throws StatusException {
    assertThat(
            check(node("sidecar", HELLO, "10.0.0.1"), HELLO, pod("hello-1", "hello", "10.0.0.1")))
        .isEqualTo(new ProxyNode.Sidecar(HELLO, "shop", "hello-1", "10.0.0.1"));
  }

  @Test
  void podThatIsNotKnownYetIsNotContradicted() throws StatusException {
    assertThat(check(node("sidecar", HELLO, "10.0.0.1"), HELLO)).isNotNull();
  }

  @Test
  void addressOfAnotherPodIsDenied() {
    assertDenied(
        node("sidecar", HELLO, "10.0.0.2"), pod("vault-1", "vault", "10.0.0.2"), "shop/vault-1");
  }

  @Test
  void addressOfAnotherPodIsDeniedAlsoWhileTheOwnPodHasNone() {
    assertThatThrownBy(() ->
            check(
                node("sidecar", HELLO, "10.0.0.2"),
                HELLO,
                pod("hello-1", "hello"),
                pod("vault-1", "vault", "10.0.0.2")))
        .hasMessageContaining("shop/vault-1");
  }

  @Test
  void addressThatThePodDoesNotHaveIsDenied() {
    assertDenied(
        node("sidecar", HELLO, "10.0.0.2"),
        pod("hello-1", "hello", "10.0.0.1"),
        "10.0.0.2",
        "10.0.0.1");
  }

  @Test
  void podOfAnotherServiceAccountIsDeniedNamingBoth() {
    assertDenied(
        node("sidecar", HELLO, "10.0.0.1"),
        pod("hello-1", "vault", "10.0.0.1"),
        "'hello'",
        "'vault'");
  }

  @Test
  void anotherClustersProxyIsDeniedNamingBoth() {
    assertDenied(
        node("sidecar", HELLO, "10.0.0.1").toBuilder().setCluster("west").build(),
        pod("hello-1", "hello", "10.0.0.1"),
        "'west'",
        "'east'");
  }

  @Test
  void unknownRoleIsDenied() {
    assertDenied(
        node("waypoint", HELLO, "10.0.0.1"), pod("hello-1", "hello", "10.0.0.1"), "waypoint");
  }

  @Test
  void gatewaysRoleIsForItsIdentityOnly() throws StatusException {
    assertDenied(
        node("gateway", HELLO, "10.0.0.1"),
        pod("hello-1", "hello", "10.0.0.1"),
        GATEWAY.toString());
    assertThat(check(node("gateway", GATEWAY, "10.0.9.9"), GATEWAY))
        .isEqualTo(new ProxyNode.Gateway(GATEWAY, "hello-1", "10.0.9.9"));
  }

  @Test
  void textsThatNobodyNeedsAreDeniedBeforeTheyAreKept() {
    Node honest = node("sidecar", HELLO, "10.0.0.1");
    Node node =
        honest.toBuilder()
            .setMetadata(honest.getMetadata().toBuilder().putFields("POD", text("p".repeat(254))))
            .build();
    assertDenied(node, pod("hello-1", "hello", "10.0.0.1"), "POD", "254", "at most 253");
  }
}

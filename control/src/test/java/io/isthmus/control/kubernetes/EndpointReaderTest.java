package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshEndpoint.Health;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.ServiceKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EndpointReaderTest {
  private static final ServiceKey HELLO = new ServiceKey("shop", "hello");

  private static EndpointSliceBuilder slice(String type) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("hello-x")
        .addToLabels(Labels.SERVICE_NAME, "hello")
        .endMetadata()
        .withAddressType(type);
  }

  private static EndpointBuilder endpoint(String ip) {
    return new EndpointBuilder().withAddresses(ip);
  }

  private static List<MeshEndpoint> read(EndpointSlice... slices) {
    return EndpointReader.endpoints(List.of(slices)).getOrDefault(HELLO, List.of());
  }

  private static Health health(EndpointBuilder endpoint) {
    return read(slice("IPv4").withEndpoints(endpoint.build()).build()).getFirst().health();
  }

  @Test
  void sliceWithoutPortsHasEndpointsWithoutPorts() {
    assertThat(read(slice("IPv4").withEndpoints(endpoint("10.0.0.1").build()).build()))
        .singleElement()
        .satisfies(found -> assertThat(found.ports()).isEmpty());
  }

  @Test
  void sliceWithNothingInItHasNoEndpoints() {
    assertThat(read(slice("IPv4").build())).isEmpty();
  }

  @Test
  void portsAreTheSlicesAlreadyResolvedOnesByName() {
    EndpointSlice slice =
        slice("IPv4")
            .addNewPort()
            .withName("http")
            .withPort(8080)
            .endPort()
            .addNewPort()
            .withName("any")
            .endPort()
            .withEndpoints(endpoint("10.0.0.1").build())
            .build();
    assertThat(read(slice).getFirst().ports()).isEqualTo(Map.of("http", 8080));
  }

  @Test
  void portWithoutANameHasTheEmptyOne() {
    EndpointSlice slice =
        slice("IPv4")
            .addNewPort()
            .withPort(8080)
            .endPort()
            .withEndpoints(endpoint("10.0.0.1").build())
            .build();
    assertThat(read(slice).getFirst().ports()).isEqualTo(Map.of("", 8080));
  }

  @Test
  void portOfAnotherProtocolIsNoneOfOurs() {
    EndpointSlice slice =
        slice("IPv4")
            .addNewPort()
            .withName("dns")
            .withProtocol("UDP")
            .withPort(53)
            .endPort()
            .withEndpoints(endpoint("10.0.0.1").build())
            .build();
    assertThat(read(slice).getFirst().ports()).isEmpty();
  }

  @Test
  void conditionsThatAreNotSaidMeanReady() {
    assertThat(health(endpoint("10.0.0.1"))).isEqualTo(Health.READY);
    assertThat(health(endpoint("10.0.0.1").withNewConditions().endConditions()))
        .isEqualTo(Health.READY);
  }

  @Test
  void notReadyIsNotReady() {
    assertThat(health(endpoint("10.0.0.1").withNewConditions().withReady(false).endConditions()))
        .isEqualTo(Health.NOT_READY);
  }

  @Test
  void terminatingOneDrainsForAsLongAsItServes() {
    assertThat(
            health(
                endpoint("10.0.0.1")
                    .withNewConditions()
                    .withReady(false)
                    .withServing(true)
                    .withTerminating(true)
                    .endConditions()))
        .isEqualTo(Health.DRAINING);
    assertThat(
            health(
                endpoint("10.0.0.1")
                    .withNewConditions()
                    .withReady(false)
                    .withServing(false)
                    .withTerminating(true)
                    .endConditions()))
        .isEqualTo(Health.NOT_READY);
  }

  @Test
  void podIsTheTargetsIfItIsOne() {
    EndpointSlice slice =
        slice("IPv4")
            .withEndpoints(
                endpoint("10.0.0.1").build(),
                endpoint("10.0.0.2")
                    .withNewTargetRef()
                    .withKind("Pod")
                    .withName("hello-1")
                    .endTargetRef()
                    .build(),
                endpoint("10.0.0.3")
                    .withNewTargetRef()
                    .withKind("Node")
                    .withName("node-1")
                    .endTargetRef()
                    .build())
            .build();
    assertThat(read(slice).stream().map(MeshEndpoint::pod).flatMap(java.util.Optional::stream))
        .containsExactly(new ServiceKey("shop", "hello-1"));
  }

  @Test
  void slicesOfBothFamiliesAddUpAndNamesAreLeftOut() {
    assertThat(
            read(
                slice("IPv4").withEndpoints(endpoint("10.0.0.1").build()).build(),
                slice("IPv6").withEndpoints(endpoint("fd00::1").build()).build(),
                slice("FQDN").withEndpoints(endpoint("hello.example").build()).build()))
        .extracting(MeshEndpoint::ip)
        .containsExactly("10.0.0.1", "fd00::1");
  }

  @Test
  void sliceOfNoServiceIsLeftOut() {
    EndpointSlice slice =
        slice("IPv4")
            .editMetadata()
            .withLabels(Map.of())
            .endMetadata()
            .withEndpoints(endpoint("10.0.0.1").build())
            .build();
    assertThat(EndpointReader.endpoints(List.of(slice))).isEmpty();
  }

  private static PodBuilder pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("hello-1")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Running")
        .withPodIP("10.0.0.1")
        .endStatus();
  }

  private static MeshPod read(Pod pod) {
    return EndpointReader.read(pod).orElseThrow();
  }

  @Test
  void podWithoutAProxyIsNotMeshedAndRunsAsDefault() {
    assertThat(read(pod().build()))
        .isEqualTo(
            new MeshPod(
                new ServiceKey("shop", "hello-1"),
                List.of("10.0.0.1"),
                "default",
                MeshPod.Proxy.ABSENT));
  }

  @Test
  void proxyMayBeAContainerOrAnInitContainer() {
    assertThat(
            read(pod()
                    .editSpec()
                    .addNewContainer()
                    .withName(ObjectNames.PROXY_CONTAINER)
                    .endContainer()
                    .endSpec()
                    .build())
                .proxy())
        .isEqualTo(MeshPod.Proxy.PRESENT);
    assertThat(
            read(pod()
                    .editSpec()
                    .addNewInitContainer()
                    .withName(ObjectNames.PROXY_CONTAINER)
                    .endInitContainer()
                    .endSpec()
                    .build())
                .proxy())
        .isEqualTo(MeshPod.Proxy.PRESENT);
  }

  @Test
  void dualStackPodHasAllItsAddresses() {
    Pod pod = pod().editStatus().addNewPodIP("10.0.0.1").addNewPodIP("fd00::1").endStatus().build();
    assertThat(read(pod).ips()).containsExactly("10.0.0.1", "fd00::1");
  }

  @Test
  void podThatIsNotPlacedYetHasNoAddress() {
    assertThat(read(pod().withStatus(null).build()).ips()).isEmpty();
  }

  @Test
  void podThatHasEndedIsGone() {
    for (String phase : List.of("Succeeded", "Failed")) {
      assertThat(EndpointReader.read(pod().editStatus().withPhase(phase).endStatus().build()))
          .isEmpty();
    }
  }

  @Test
  void podOnItsNodesNetworkIsKnownButClaimsNoAddressAndHasNoProxy() {
    Pod pod =
        pod()
            .editSpec()
            .withHostNetwork(true)
            .addNewContainer()
            .withName(ObjectNames.PROXY_CONTAINER)
            .endContainer()
            .endSpec()
            .build();
    assertThat(read(pod).ips()).isEmpty();
    assertThat(read(pod).proxy()).isEqualTo(MeshPod.Proxy.ABSENT);
  }
}

package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Mirror;
import io.isthmus.control.state.TunnelMode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceReaderTest {
  private static ServiceBuilder service() {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("hello")
        .endMetadata()
        .withNewSpec()
        .endSpec();
  }

  private static MeshService read(ServiceBuilder service) {
    return ServiceReader.read(service.build()).orElseThrow();
  }

  private static MeshService.Reach marked(
      Map<String, String> labels, Map<String, String> annotations) {
    return read(service()
            .editMetadata()
            .withLabels(labels)
            .withAnnotations(annotations)
            .endMetadata())
        .reach();
  }

  @Test
  void serviceWithoutPortsHasNone() {
    assertThat(read(service()).ports()).isEmpty();
    assertThat(read(service()).addresses()).isEmpty();
  }

  @Test
  void portsAreTheTcpOnesAndMayBeNameless() {
    MeshService found =
        read(
            service()
                .editSpec()
                .addNewPort()
                .withPort(80)
                .withNewTargetPort("web")
                .endPort()
                .addNewPort()
                .withName("dns")
                .withProtocol("UDP")
                .withPort(53)
                .endPort()
                .endSpec());
    assertThat(found.ports()).containsExactly(new MeshService.Port("", 80));
  }

  @Test
  void headlessServiceHasNoAddress() {
    assertThat(
            read(service().editSpec().withClusterIP("None").withClusterIPs("None").endSpec())
                .addresses())
        .isEmpty();
  }

  @Test
  void dualStackServiceHasBothAddressesInOrder() {
    assertThat(
            read(service()
                    .editSpec()
                    .withClusterIP("fd00::1")
                    .withClusterIPs("fd00::1", "10.96.0.1")
                    .endSpec())
                .addresses())
        .containsExactly("fd00::1", "10.96.0.1");
  }

  @Test
  void nameForSomethingOutsideIsNoService() {
    assertThat(ServiceReader.read(service().editSpec().withType("ExternalName").endSpec().build()))
        .isEmpty();
  }

  @Test
  void exportIsForAllLinkedEndToEndAndMeshedUnlessItSaysOtherwise() {
    assertThat(marked(Map.of(Labels.EXPORTED, "true"), Map.of()))
        .isEqualTo(
            new MeshService.Reach.Exported(
                new Export(Optional.empty(), TunnelMode.END_TO_END, Export.Unmeshed.REFUSED)));
  }

  @Test
  void exportsAnnotationsAreRead() {
    assertThat(
            marked(
                Map.of(Labels.EXPORTED, "true"),
                Map.of(
                    Annotations.EXPORTED_TO,
                    " west, ,north ",
                    Annotations.TUNNEL,
                    "terminate",
                    Annotations.ALLOW_UNMESHED,
                    "true")))
        .isEqualTo(
            new MeshService.Reach.Exported(
                new Export(
                    Optional.of(Set.of("west", "north")),
                    TunnelMode.TERMINATE,
                    Export.Unmeshed.ALLOWED)));
  }

  @Test
  void emptyAudienceIsForNobody() {
    MeshService.Reach.Exported found =
        (MeshService.Reach.Exported)
            marked(Map.of(Labels.EXPORTED, "true"), Map.of(Annotations.EXPORTED_TO, ""));
    assertThat(found.export().isFor("west")).isFalse();
  }

  @Test
  void mirrorIsNeverAnExport() {
    assertThat(
            marked(
                Map.of(Labels.MIRRORED, "true", Labels.EXPORTED, "true", Labels.CLUSTER, "west"),
                Map.of(Annotations.REMOTE_SERVICE, "hello.shop.svc.cluster.local")))
        .isEqualTo(
            new MeshService.Reach.Mirrored(
                new Mirror("west", "hello.shop.svc.cluster.local", TunnelMode.END_TO_END)));
  }

  @Test
  void mirrorThatDoesNotSayOfWhatIsBrokenAndSaysWhatIsMissing() {
    assertThat(marked(Map.of(Labels.MIRRORED, "true"), Map.of()))
        .isInstanceOfSatisfying(
            MeshService.Reach.Broken.class,
            broken ->
                assertThat(broken.problem()).contains(Labels.CLUSTER, Annotations.REMOTE_SERVICE));
  }

  @Test
  void mirrorOfWhatIsNoServicesNameIsBrokenAndNamesIt() {
    assertThat(
            marked(
                Map.of(Labels.MIRRORED, "true", Labels.CLUSTER, "west"),
                Map.of(Annotations.REMOTE_SERVICE, "example.com")))
        .isInstanceOfSatisfying(
            MeshService.Reach.Broken.class,
            broken -> assertThat(broken.problem()).contains("'example.com'"));
  }

  @ParameterizedTest
  @CsvSource({
    "mirror.isthmus.io/tunnel,terminat,end-to-end or terminate",
    "mirror.isthmus.io/tunnel,'',end-to-end or terminate",
    "mirror.isthmus.io/tunnel,Terminate,end-to-end or terminate",
    "mirror.isthmus.io/allow-unmeshed,yes,true or false",
  })
  void unknownWordIsNeverTakenForTheDefault(String annotation, String value, String expected) {
    assertThat(marked(Map.of(Labels.EXPORTED, "true"), Map.of(annotation, value)))
        .isEqualTo(
            new MeshService.Reach.Misread(
                "annotation %s is '%s': expected %s".formatted(annotation, value, expected)));
  }

  @Test
  void onlyTheWordTrueExportsAndFalseMeansWhatItSays() {
    assertThat(marked(Map.of(Labels.EXPORTED, "yes"), Map.of()))
        .isEqualTo(
            new MeshService.Reach.Misread(
                "label mirror.isthmus.io/exported is 'yes': expected true or remote-discovery or false"));
    assertThat(marked(Map.of(Labels.EXPORTED, "false"), Map.of()))
        .isEqualTo(new MeshService.Reach.Local());
    assertThat(marked(Map.of(Labels.EXPORTED, "remote-discovery"), Map.of()))
        .isEqualTo(new MeshService.Reach.Local());
  }

  @Test
  void mirrorWithAnUnknownTunnelIsBroken() {
    assertThat(
            marked(
                Map.of(Labels.MIRRORED, "true", Labels.CLUSTER, "west"),
                Map.of(
                    Annotations.REMOTE_SERVICE,
                    "hello.shop.svc.cluster.local",
                    Annotations.TUNNEL,
                    "inner")))
        .isInstanceOfSatisfying(
            MeshService.Reach.Broken.class,
            broken -> assertThat(broken.problem()).contains(Annotations.TUNNEL, "'inner'"));
  }
}

package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.isthmus.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the charts make of values, and which values they refuse. */
class ChartTest {
  private static final String MESH = Release.MESH;
  private static final String GATEWAY = Release.GATEWAY;

  private static Container container(Rendered rendered, String deployment) {
    return rendered
        .only(Deployment.class, deployment)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  private static Service gateway(String values) {
    return Rendered.of(GATEWAY, values).only(Service.class, "isthmus-gateway");
  }

  @Test
  void controlPlaneAndMirrorControllerAreTwoEachAndProtectedFromDrains() {
    Rendered mesh = Rendered.of(MESH, "");
    assertThat(mesh.all(Deployment.class))
        .extracting(each -> each.getMetadata().getName(), each -> each.getSpec().getReplicas())
        .containsExactlyInAnyOrder(
            tuple("isthmus-control", 2), tuple("isthmus-mirror-controller", 2));
    assertThat(mesh.all(PodDisruptionBudget.class)).hasSize(2);
    assertThat(mesh.all(NetworkPolicy.class)).hasSize(2);
  }

  @Test
  void allThatIsOursSaysSo() {
    assertThat(Rendered.of(MESH, "").objects())
        .allSatisfy(object ->
            assertThat(object.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/part-of", "isthmus")
                .containsEntry("app.kubernetes.io/managed-by", "Helm"));
  }

  @ParameterizedTest
  @CsvSource({"isthmus, isthmus-control", "isthmus-gateway, isthmus-gateway"})
  void trustDomainIsCalledAfterTheClusterWhereNothingIsSaid(String chart, String deployment) {
    Rendered rendered =
        Rendered.of(chart, "cluster: west", "isthmus-system", Rendered.NEW_KUBERNETES);
    assertThat(container(rendered, deployment).getArgs()).contains("--trust-domain=west.internal");
  }

  @Test
  void definitionsStayWhenTheReleaseGoes() {
    assertThat(Rendered.of(MESH, "").all(CustomResourceDefinition.class))
        .hasSize(2)
        .allSatisfy(crd ->
            assertThat(crd.getMetadata().getAnnotations())
                .containsEntry("helm.sh/resource-policy", "keep"));
    assertThat(Rendered.of(MESH, "crds: {install: false}").all(CustomResourceDefinition.class))
        .isEmpty();
  }

  @Test
  void imagesHaveOnePrefixAndTagUnlessTheyAreNamedWhole() {
    Rendered mesh =
        Rendered.of(
            MESH,
            """
            image: {repository: registry.example:5000/isthmus/, tag: "7", pullPolicy: Always}
            mirrorController: {image: other.example/mirror@sha256:00}
            """);
    assertThat(container(mesh, "isthmus-control").getImage())
        .isEqualTo("registry.example:5000/isthmus/isthmus-control:7");
    assertThat(container(mesh, "isthmus-control").getArgs())
        .contains(
            "--sidecar-image=registry.example:5000/isthmus/isthmus-sidecar:7",
            "--capture-image=registry.example:5000/isthmus/isthmus-capture:7",
            "--image-pull-policy=Always");
    assertThat(container(mesh, "isthmus-mirror-controller").getImage())
        .isEqualTo("other.example/mirror@sha256:00");
  }

  @Test
  void withoutInjectionThereIsNoWebhookNorItsPort() {
    Rendered mesh = Rendered.of(MESH, "injection: {enabled: false}");
    assertThat(mesh.all(MutatingWebhookConfiguration.class)).isEmpty();
    assertThat(container(mesh, "isthmus-control").getArgs())
        .noneMatch(arg -> arg.startsWith("--sidecar"));
    assertThat(mesh.only(Service.class, "isthmus-control").getSpec().getPorts())
        .extracting(port -> port.getPort())
        .containsExactly(15012, 8443);
  }

  @Test
  void gatewayHasTimeForItsDrain() {
    Rendered gateway = Rendered.of(GATEWAY, "drain: {seconds: 100, delaySeconds: 7}");
    var pod = gateway.only(Deployment.class, "isthmus-gateway").getSpec().getTemplate().getSpec();
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(117);
    assertThat(pod.getContainers().getFirst().getArgs()).contains("--drain-period=100s");
    assertThat(pod.getContainers().getFirst().getLifecycle().getPreStop().getSleep().getSeconds())
        .isEqualTo(7);
  }

  @Test
  void metalLbIsToldPoolAndAddresses() {
    Service service =
        gateway(
            """
            service:
              loadBalancerClass: metallb.io/metallb
              externalTrafficPolicy: Local
              annotations: {example.com/note: ours}
              metallb: {addressPool: wan, addresses: [192.0.2.7, "2001:db8::7"]}
            """);
    assertThat(service.getMetadata().getAnnotations())
        .containsEntry("metallb.io/address-pool", "wan")
        .containsEntry("metallb.io/loadBalancerIPs", "192.0.2.7,2001:db8::7")
        .containsEntry("example.com/note", "ours");
    assertThat(service.getSpec().getLoadBalancerClass()).isEqualTo("metallb.io/metallb");
    assertThat(service.getSpec().getExternalTrafficPolicy()).isEqualTo("Local");
    assertThat(service.getSpec().getPorts().getFirst().getName()).isEqualTo("hbone");
  }

  @Test
  void formsWithoutALoadBalancer() {
    assertThat(gateway("service: {type: NodePort, nodePort: 31508}").getSpec().getPorts())
        .extracting(port -> port.getNodePort())
        .containsExactly(31508);
    Rendered host = Rendered.of(GATEWAY, "service: {type: ClusterIP}\nhostPort: 15008");
    assertThat(container(host, "isthmus-gateway").getPorts().getFirst().getHostPort())
        .isEqualTo(15008);
    assertThat(
            host.only(Deployment.class, "isthmus-gateway")
                .getSpec()
                .getStrategy()
                .getRollingUpdate()
                .getMaxSurge()
                .getIntVal())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {MESH, GATEWAY})
  void podMonitorsScrapeWhereTheyAreAskedFor(String chart) {
    assertThat(Rendered.of(chart, "").all(GenericKubernetesResource.class)).isEmpty();
    assertThat(
            Rendered.of(chart, "podMonitor: {enabled: true, labels: {release: prom}}")
                .all(GenericKubernetesResource.class))
        .isNotEmpty()
        .allSatisfy(monitor -> {
          assertThat(monitor.getKind()).isEqualTo("PodMonitor");
          assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "prom");
        });
  }

  @Test
  void autoscalingAloneDecidesTheNumber() {
    Rendered gateway = Rendered.of(GATEWAY, "autoscaling: {enabled: true, maxReplicas: 9}");
    assertThat(gateway.only(Deployment.class, "isthmus-gateway").getSpec().getReplicas()).isNull();
    assertThat(
            gateway
                .only(HorizontalPodAutoscaler.class, "isthmus-gateway")
                .getSpec()
                .getMaxReplicas())
        .isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {MESH, GATEWAY})
  void podsAreWhatTheLevelRestrictedAllowsAndMountTheBundleAsADirectory(String chart) {
    assertThat(Rendered.of(chart, "").all(Deployment.class))
        .allSatisfy(deployment -> {
          var pod = deployment.getSpec().getTemplate().getSpec();
          assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
          Container only = pod.getContainers().getFirst();
          assertThat(only.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
          assertThat(only.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
          assertThat(only.getResources().getLimits()).containsKey("memory");
          assertThat(only.getVolumeMounts()).allMatch(mount -> mount.getSubPath() == null);
          assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          isthmus         | clutser: west                    | additional properties 'clutser' not allowed
          isthmus         | control: {replica: 3}            | '/control': additional properties 'replica' not allowed
          isthmus         | control: {replicas: 0}           | '/control/replicas': minimum: got 0, want 1
          isthmus         | control: {scope: all}            | '/control/scope': value must be one of 'namespace', 'cluster'
          isthmus         | cluster: West_1                  | 'West_1' does not match
          isthmus         | trustDomain: spiffe://west       | 'spiffe://west' does not match
          isthmus         | image: {pullPolicy: never}       | value must be one of 'IfNotPresent', 'Always', 'Never'
          isthmus         | cluster: ""                      | cluster is not set: expected the name of this cluster
          isthmus         | injection: {enabled: false, sidecarImage: a/b} | expected no image where no Pod gets a sidecar
          isthmus-gateway | hostPort: 15008                  | hostPort 15008 contradicts service.type LoadBalancer
          isthmus-gateway | service: {type: Loadbalancer}    | '/service/type': value must be one of
          isthmus-gateway | service: {type: NodePort, metallb: {addressPool: a}} | service.metallb.addressPool contradicts service.type NodePort
          isthmus-gateway | service: {type: ClusterIP, loadBalancerIP: 192.0.2.1} | service.loadBalancerIP contradicts service.type ClusterIP
          isthmus-gateway | service: {type: ClusterIP, nodePort: 31000} | service.nodePort 31000 contradicts service.type ClusterIP
          isthmus-gateway | service: {type: ClusterIP, externalTrafficPolicy: Local} | service.externalTrafficPolicy Local contradicts
          isthmus-gateway | service: {allocateNodePorts: false, nodePort: 31000} | contradicts service.allocateNodePorts=false
          isthmus-gateway | service: {loadBalancerIP: 192.0.2.1, metallb: {addresses: [192.0.2.1]}} | MetalLB refuses both
          isthmus-gateway | autoscaling: {enabled: true, minReplicas: 7} | autoscaling.minReplicas 7 is more than autoscaling.maxReplicas 6
          isthmus-gateway | drain: {seconds: 0}              | '/drain/seconds': minimum: got 0, want 1
          isthmus-gateway | memoryBudget: lots               | '/memoryBudget': 'lots' does not match
          """)
  void refusesWithAReason(String chart, String values, String reason) {
    String all = (values.startsWith("cluster:") ? "" : "cluster: west\n") + values;
    assertThatThrownBy(() -> Rendered.of(chart, all, "isthmus-system", Rendered.NEW_KUBERNETES))
        .isInstanceOfSatisfying(
            CommandException.class, refused -> assertThat(refused.why()).contains(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {MESH, GATEWAY})
  void refusesOtherNamespacesAndOldKubernetes(String chart) {
    String values = "cluster: west\ntrustDomain: w.e\n";
    assertThatThrownBy(() -> Rendered.of(chart, values, "default", Rendered.NEW_KUBERNETES))
        .isInstanceOfSatisfying(
            CommandException.class,
            refused ->
                assertThat(refused.why()).contains("namespace default: expected isthmus-system"));
    assertThatThrownBy(() -> Rendered.of(chart, values, "isthmus-system", "v1.29.4"))
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.why()).contains(">=1.30.0-0", "v1.29.4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {MESH, GATEWAY})
  void chartHasTheVersionOfTheProject(String chart) throws IOException {
    Path root = Path.of(System.getProperty("isthmus.root"));
    String pom = Files.readString(root.resolve("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    assertThat(Files.readString(root.resolve("charts").resolve(chart).resolve("Chart.yaml")))
        .contains("\nversion: " + version + "\n", "\nappVersion: " + version + "\n");
  }
}

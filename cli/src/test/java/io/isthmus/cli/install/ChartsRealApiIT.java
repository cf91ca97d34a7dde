package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real API server takes what the charts make, in a namespace that enforces restricted. */
@ExtendWith(RealApiServerExtension.class)
class ChartsRealApiIT {
  private static final String SYSTEM = "isthmus-system";

  @BeforeAll
  static void restrict(RealApiServer server) {
    server
        .admin()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(SYSTEM)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .serverSideApply();
    // what other tests left there: some fields of a Service cannot change
    server.admin().services().inNamespace(SYSTEM).withName("isthmus-gateway").delete();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "-",
      textBlock =
          """
          isthmus         | logLevel: info
          isthmus         | injection: {enabled: false}
          isthmus         | control: {replicas: 5, bundleEndpoint: false, topologySpread: DoNotSchedule, tolerations: [{operator: Exists}], nodeSelector: {a: b}, priorityClassName: system-cluster-critical}
          isthmus         | image: {pullSecrets: [one, two]}
          isthmus         | networkPolicy: {enabled: false}
          isthmus-gateway | logLevel: debug
          isthmus-gateway | service: {loadBalancerClass: metallb.io/metallb, metallb: {addressPool: wan, addresses: [192.0.2.7]}, externalTrafficPolicy: Local, sourceRanges: [198.51.100.0/24]}
          isthmus-gateway | service: {loadBalancerIP: 192.0.2.7, allocateNodePorts: false}
          isthmus-gateway | service: {type: NodePort, nodePort: 31508}
          isthmus-gateway | service: {type: ClusterIP}
          isthmus-gateway | autoscaling: {enabled: true}
          isthmus-gateway | drain: {delaySeconds: 0, seconds: 1}
          isthmus-gateway | maxConnectionAge: 24h
          """)
  void isTaken(String chart, String values, RealApiServer server) {
    for (HasMetadata object : Rendered.of(chart, values).objects()) {
      assertThat(applied(server.admin(), object).getMetadata().getName()).isNotBlank();
      if (object instanceof Deployment deployment) {
        applied(server.admin(), pod(deployment));
      }
    }
  }

  @Test
  void thePortOfANodeIsAgainstTheLevelAndSaidSo(RealApiServer server) {
    Rendered host = Rendered.of(Release.GATEWAY, "service: {type: ClusterIP}\nhostPort: 15008");
    Pod pod = pod(host.only(Deployment.class, "isthmus-gateway"));
    assertThatThrownBy(() -> applied(server.admin(), pod))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("hostPort");
  }

  private static HasMetadata applied(KubernetesClient admin, HasMetadata object) {
    return admin.resource(object).dryRun().forceConflicts().serverSideApply();
  }

  /** What a Deployment's controller would make of it. */
  private static Pod pod(Deployment deployment) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(deployment.getMetadata().getName())
        .withNamespace(SYSTEM)
        .withLabels(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .endMetadata()
        .withSpec(deployment.getSpec().getTemplate().getSpec())
        .build();
  }
}

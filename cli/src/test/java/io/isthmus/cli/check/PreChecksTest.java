package io.isthmus.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Crds;
import io.isthmus.cli.install.Right;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What would keep an installation from working, one thing a test. */
class PreChecksTest {
  private static final Right SECRETS = new Right("create", "", "secrets", "isthmus-system");
  private Reading<Server> server = Reading.of(new Server("v1.34.1", Duration.ZERO));
  private final List<CustomResourceDefinition> crds = new ArrayList<>();
  private final List<Namespace> namespaces = new ArrayList<>();
  private final List<Deployment> deployments = new ArrayList<>();
  private final List<Service> services =
      new ArrayList<>(List.of(TestCluster.gatewayService("203.0.113.1")));
  private final List<Node> nodes = new ArrayList<>();
  private final List<GenericKubernetesResource> pools = new ArrayList<>();
  private Announcing announcing = new Announcing(List.of(), List.of());
  private final Map<Right, Reading<Boolean>> rights =
      new LinkedHashMap<>(Map.of(SECRETS, Reading.of(true)));

  private List<Result> failed() {
    Sheet sheet = new Sheet("west");
    PreChecks.look(
        new PreFacts(
            "context west",
            "isthmus-system",
            server,
            Reading.of(crds),
            Reading.of(namespaces),
            Reading.of(deployments),
            Reading.of(services),
            Reading.of(nodes),
            Reading.of(pools),
            Reading.of(announcing),
            rights),
        sheet);
    return sheet.results().stream()
        .filter(result -> result.outcome() == Result.Outcome.FAILED)
        .toList();
  }

  private void assertOnly(Check check, String... words) {
    assertThat(failed())
        .singleElement()
        .satisfies(result -> {
          assertThat(result.id()).isEqualTo(check.id());
          assertThat(result.severity()).isEqualTo(check.severity());
          assertThat(result.object() + " " + result.seen() + " " + result.next()).contains(words);
        });
  }

  @Test
  void nothingIsInTheWay() {
    assertThat(failed()).isEmpty();
  }

  @Test
  void apiServerDoesNotAnswer() {
    server = new Reading.Unread<>("no answer within 4 s", Duration.ofSeconds(4));
    assertOnly(Check.API, "context west", "no answer within 4 s");
  }

  @Test
  void kubernetesIsTooOld() {
    server = Reading.of(new Server("v1.29.9", Duration.ZERO));
    assertOnly(Check.VERSION, "v1.29.9", "v1.30");
  }

  @Test
  void clockIsBehind() {
    server = Reading.of(new Server("v1.34.1", Duration.ofMinutes(-6)));
    assertOnly(Check.CLOCK, "360 s behind");
  }

  @Test
  void missingRightIsNamed() {
    rights.put(SECRETS, Reading.of(false));
    assertOnly(Check.PRE_RIGHTS, "right to create secrets in the namespace isthmus-system");
  }

  @Test
  void anotherInstallationIsNamed() {
    deployments.add(TestCluster.deployment("isthmus-control", 1, 1, "x:1"));
    assertOnly(Check.PRE_OTHER, "Deployment isthmus-system/isthmus-control");
  }

  @Test
  void newerCrdIsNotOverwritten() {
    crds.addAll(Crds.all());
    CustomResourceDefinition newer = new CustomResourceDefinitionBuilder(crds.getFirst()).build();
    newer
        .getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .put("future", new JSONSchemaProps());
    crds.set(0, newer);
    assertOnly(Check.PRE_CRDS, "links.isthmus.io", "v1alpha1.future");
  }

  @Test
  void namespaceThatForbidsCaptureIsNamed() {
    namespaces.add(
        TestCluster.namespace(
            "shop",
            Map.of(
                "isthmus.io/inject",
                "enabled",
                "pod-security.kubernetes.io/enforce",
                "restricted")));
    assertOnly(Check.PRE_POD_SECURITY, "Namespace shop", "NET_ADMIN");
  }

  @Test
  void nothingGivesAddresses() {
    services.clear();
    assertOnly(Check.PRE_LOAD_BALANCER, "LoadBalancer");

    nodes.add(new NodeBuilder().withNewSpec().withProviderID("cloud://1").endSpec().build());
    assertThat(failed()).isEmpty();
  }

  @Test
  void metallbWithoutAPoolGivesNoAddresses() {
    services.clear();
    crds.add(
        new CustomResourceDefinitionBuilder()
            .withNewMetadata()
            .withName("ipaddresspools.metallb.io")
            .endMetadata()
            .build());
    assertOnly(Check.PRE_LOAD_BALANCER, "MetalLB", "IPAddressPool");

    pools.add(TestCluster.pool("a", "203.0.113.0/28"));
    assertThat(failed()).isEmpty();
  }

  @Test
  void poolsOfWhichNoneIsAnnouncedLeadNowhere() {
    pools.add(TestCluster.pool("a", "203.0.113.0/28"));
    announcing =
        new Announcing(List.of(TestCluster.advertisement("b")), List.of(TestCluster.speakers(1)));
    assertOnly(Check.PRE_ANNOUNCED, "MetalLB", "L2Advertisement");

    announcing =
        new Announcing(List.of(TestCluster.advertisement("a")), List.of(TestCluster.speakers(1)));
    assertThat(failed()).isEmpty();
  }

  @Test
  void poolsThatSomethingElseThanSpeakersAnnouncesAreLeftAlone() {
    pools.add(TestCluster.pool("a", "203.0.113.0/28"));
    announcing = new Announcing(List.of(TestCluster.advertisement("b")), List.of());
    assertThat(failed()).isEmpty();
  }
}

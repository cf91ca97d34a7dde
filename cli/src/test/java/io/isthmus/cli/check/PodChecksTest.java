package io.isthmus.cli.check;

import static io.isthmus.cli.check.TestCluster.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.cli.trust.Statuses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What keeps one Pod out of the mesh, one thing a test. */
class PodChecksTest {
  private static final Statuses STATUSES = new Statuses(NOW);
  private Optional<Pod> pod = Optional.of(injected());
  private Namespace namespace =
      TestCluster.namespace("shop", Map.of(Annotations.INJECT, "enabled"));
  private Optional<ConfigMap> bundle =
      Optional.of(TestCluster.bundle(ObjectNames.TRUST_BUNDLE, TestCluster.ca("west").bundle()));
  private Deployment control = control("isthmus-sidecar:1.0");
  private TrustEnforcement enforcement = STATUSES.enforced(7, 3);

  private static Deployment control(String sidecar) {
    return new DeploymentBuilder(TestCluster.deployment("isthmus-control", 2, 2, "x:1.0"))
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withArgs("--sidecar-image=" + sidecar)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Pod bare() {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("web-1")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("web")
        .endContainer()
        .endSpec()
        .build();
  }

  private static Pod injected() {
    return new PodBuilder(bare())
        .editSpec()
        .addNewInitContainer()
        .withName(ObjectNames.PROXY_CONTAINER)
        .withImage("isthmus-sidecar:1.0")
        .addNewPort()
        .withContainerPort(15008)
        .endPort()
        .endInitContainer()
        .addNewVolume()
        .withName("isthmus-token")
        .withNewProjected()
        .addNewSource()
        .withNewServiceAccountToken()
        .withAudience("isthmus")
        .endServiceAccountToken()
        .endSource()
        .endProjected()
        .endVolume()
        .endSpec()
        .withNewStatus()
        .addNewInitContainerStatus()
        .withName(ObjectNames.PROXY_CONTAINER)
        .withReady(true)
        .endInitContainerStatus()
        .endStatus()
        .build();
  }

  private List<Result> failed() {
    return all().stream().filter(result -> result.outcome() == Result.Outcome.FAILED).toList();
  }

  private List<Result> all() {
    TrustDomain own =
        TestCluster.domain(
            "west", TrustDomainSpec.own("west.demo"), STATUSES.steady(7, enforcement));
    Sheet sheet = new Sheet("west");
    PodChecks.look(
        new PodFacts(
            "isthmus-system",
            "shop",
            "web-1",
            Reading.of(pod),
            Reading.of(Optional.of(namespace)),
            Reading.of(bundle),
            Reading.of(List.of(own)),
            Reading.of(List.of(control))),
        NOW,
        sheet);
    return sheet.results();
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

  private PodBuilder injectedBuilder() {
    return new PodBuilder(injected());
  }

  @Test
  void injectedPodIsWell() {
    assertThat(failed()).isEmpty();
  }

  @Test
  void podThatIsNotThereIsNamed() {
    pod = Optional.empty();
    assertOnly(Check.POD_FOUND, "Pod shop/web-1");
  }

  @Test
  void hostNetworkIsLeftAlone() {
    pod = Optional.of(new PodBuilder(bare()).editSpec().withHostNetwork(true).endSpec().build());
    assertOnly(Check.POD_HOST_NETWORK, "hostNetwork");
  }

  @Test
  void podThatWasMadeBeforeItsNamespaceAskedHasToBeMadeAnew() {
    pod = Optional.of(bare());
    assertOnly(Check.POD_INJECTED, "though one is asked for", "delete pod web-1");
  }

  @Test
  void podThatNobodyAskedForIsToldHowToAsk() {
    pod = Optional.of(bare());
    namespace = TestCluster.namespace("shop", Map.of());
    assertOnly(Check.POD_INJECTED, "nobody asks", "kubectl annotate namespace shop");
  }

  @Test
  void podThatDeclinesIsTold() {
    pod =
        Optional.of(
            new PodBuilder(bare())
                .editMetadata()
                .addToAnnotations(Annotations.INJECT, "disabled")
                .endMetadata()
                .build());
    assertOnly(Check.POD_INJECTED, "disabled");
  }

  @Test
  void portOfTheSidecarInAnotherContainerIsNamed() {
    pod =
        Optional.of(
            injectedBuilder()
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(15008)
                .endPort()
                .endContainer()
                .endSpec()
                .build());
    assertOnly(Check.POD_PORT, "container web", "15008");
  }

  @Test
  void podWithoutTheTokenGetsNoCertificate() {
    pod = Optional.of(injectedBuilder().editSpec().withVolumes().endSpec().build());
    assertOnly(Check.POD_TOKEN, "audience isthmus");
  }

  @Test
  void namespaceWithoutTheBundleIsNamed() {
    bundle = Optional.empty();
    assertOnly(Check.POD_BUNDLE, "ConfigMap shop/isthmus-trust-bundle");
  }

  @Test
  void sidecarThatWaitsSaysForWhat() {
    pod =
        Optional.of(
            injectedBuilder()
                .withNewStatus()
                .addNewInitContainerStatus()
                .withName(ObjectNames.PROXY_CONTAINER)
                .withReady(false)
                .withRestartCount(3)
                .withNewState()
                .withNewWaiting()
                .withReason("ImagePullBackOff")
                .endWaiting()
                .endState()
                .endInitContainerStatus()
                .endStatus()
                .build());
    assertOnly(Check.POD_SIDECAR, "ImagePullBackOff", "3 restarts", "logs web-1 -c isthmus-proxy");
  }

  @Test
  void sidecarOfAnotherVersionThanNewOnesIsTold() {
    control = control("registry.example:5000/isthmus-sidecar:1.1");
    assertOnly(Check.POD_SIDECAR_VERSION, "its sidecar is of 1.0, and new ones of 1.1");
  }

  @Test
  void sidecarOfTheSameVersionFromAnotherRegistryIsWell() {
    control = control("registry.example:5000/isthmus-sidecar:1.0");
    assertThat(failed()).isEmpty();
  }

  @Test
  void labelOfThePodCountsMoreThanItsImageWhichOthersMayRewrite() {
    Pod rewritten =
        injectedBuilder()
            .editMetadata()
            .addToLabels(Labels.SIDECAR_VERSION, "1.0")
            .endMetadata()
            .build();
    rewritten
        .getSpec()
        .getInitContainers()
        .getFirst()
        .setImage("mirror.example/x@sha256:" + "ab".repeat(32));
    pod = Optional.of(rewritten);
    assertThat(failed()).isEmpty();
  }

  @Test
  void whatNewOnesGetMayNotBeKnown() {
    control = TestCluster.deployment("isthmus-control", 2, 2, "x:1.0");
    assertThat(all())
        .filteredOn(result -> result.id().equals(Check.POD_SIDECAR_VERSION.id()))
        .extracting(Result::outcome)
        .containsExactly(Result.Outcome.NOT_LOOKED);
  }

  @Test
  void trafficAroundTheSidecarIsAWarning() {
    pod =
        Optional.of(
            injectedBuilder()
                .editMetadata()
                .addToAnnotations(Annotations.SKIP_OUTBOUND_PORTS, "5432")
                .endMetadata()
                .build());
    assertOnly(Check.POD_SKIPS, "isthmus.io/skip-outbound-ports is 5432");
  }

  @Test
  void proxyThatLagsBehindIsNamedAndItsNeighbourIsNot() {
    enforcement =
        STATUSES.enforced(
            7, 3, "shop/web-1 (sequence 6, 42 s ago)", "shop/web-10 (sequence 6, 1 s ago)");
    assertOnly(Check.POD_REPORTS, "shop/web-1 (sequence 6, 42 s ago)");
  }

  @Test
  void proxyThatRefusesABundleIsNamed() {
    enforcement =
        new TrustEnforcement(
            Map.of(
                "replica-0",
                new TrustEnforcement.Reporter(
                    7,
                    "d",
                    3,
                    3,
                    0,
                    List.of(),
                    List.of(),
                    List.of(
                        "shop/web-10 sequence 7: not this one",
                        "shop/web-1 sequence 7: would lock out itself"),
                    List.of(),
                    List.of(),
                    0,
                    NOW.minusSeconds(5).toString())));
    assertOnly(Check.POD_REFUSED, "would lock out itself");
  }
}

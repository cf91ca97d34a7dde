package io.isthmus.control.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.isthmus.certs.TrustDomain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InjectionTest {
  private static final Installed INSTALLED =
      new Installed(
          "west",
          TrustDomain.of("west.example"),
          "cluster.local",
          "isthmus-control.isthmus-system.svc:15012",
          new Installed.Images(
              "localhost/isthmus-sidecar:1", "localhost/isthmus-capture:1", "IfNotPresent"),
          SidecarForm.NATIVE);
  private static final PodSpec POD =
      new PodSpecBuilder()
          .addNewInitContainer()
          .withName("migrate")
          .endInitContainer()
          .addNewContainer()
          .withName("web")
          .endContainer()
          .build();

  private final Injection injection = new Injection(INSTALLED);

  private static ObjectMeta saying(String... words) {
    ObjectMetaBuilder pod = new ObjectMetaBuilder();
    for (int i = 0; i < words.length; i += 2) {
      pod.addToAnnotations("isthmus.io/" + words[i], words[i + 1]);
    }
    return pod.build();
  }

  private PodSpec injected(ObjectMeta pod, PodSpec spec) throws InjectionRefusedException {
    Injection.Outcome outcome = injection.inject(pod, spec, InjectionWish.ENABLED);
    assertThat(outcome).isInstanceOf(Injection.Outcome.Injected.class);
    return ((Injection.Outcome.Injected) outcome).spec();
  }

  private static List<String> names(List<Container> containers) {
    return containers.stream().map(Container::getName).toList();
  }

  private static Container sidecar(PodSpec spec) {
    return java.util.stream.Stream.concat(
            spec.getInitContainers().stream(), spec.getContainers().stream())
        .filter(container -> container.getName().equals("isthmus-proxy"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void startsTheSidecarBeforeAllElse() throws InjectionRefusedException {
    PodSpec spec = injected(saying(), POD);

    assertThat(names(spec.getInitContainers()))
        .containsExactly("isthmus-capture", "isthmus-proxy", "migrate");
    assertThat(names(spec.getContainers())).containsExactly("web");
    Container sidecar = sidecar(spec);
    assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
    assertThat(sidecar.getStartupProbe().getHttpGet().getPath()).isEqualTo("/ready");
    assertThat(sidecar.getArgs())
        .contains(
            "--cluster=west",
            "--trust-domain=west.example",
            "--control-address=isthmus-control.isthmus-system.svc:15012",
            "--service-account=$(SERVICE_ACCOUNT)",
            "--token-file=/var/run/secrets/isthmus/token",
            "--control-bundle=/etc/isthmus/trust/bundle.json");
  }

  @Test
  void tellsTheSidecarsVersionByALabel() throws InjectionRefusedException {
    ObjectMeta pod = new ObjectMetaBuilder().addToLabels("app", "web").build();
    var injected = (Injection.Outcome.Injected) injection.inject(pod, POD, InjectionWish.ENABLED);

    assertThat(injected.metadata().getLabels())
        .isEqualTo(
            java.util.Map.of(
                "app",
                "web",
                "isthmus.io/sidecar-version",
                ImageVersion.of(INSTALLED.images().sidecar())));
  }

  @Test
  void readsVersionsFromImages() {
    assertThat(ImageVersion.of("registry.example:5000/mesh/isthmus-sidecar:1.0")).isEqualTo("1.0");
    assertThat(ImageVersion.of("registry.example:5000/mesh/isthmus-sidecar")).isEqualTo("latest");
    assertThat(ImageVersion.of("isthmus-sidecar:1.0@sha256:" + "ab".repeat(32))).isEqualTo("1.0");
    assertThat(ImageVersion.of("x/isthmus-sidecar@sha256:" + "ab".repeat(32)))
        .startsWith("sha256-abab")
        .hasSize(63);
    assertThat(ImageVersion.of("x/isthmus-sidecar:" + "a".repeat(62) + "-beta"))
        .isEqualTo("a".repeat(62));
    assertThat(ImageVersion.of("x/isthmus-sidecar:_1")).isEqualTo("1");

    assertThat(
            ImageVersion.tag("registry.example:5000/isthmus-sidecar:1.0@sha256:" + "ab".repeat(32)))
        .contains("1.0");
    assertThat(ImageVersion.tag("registry.example:5000/isthmus-sidecar")).isEmpty();
    assertThat(ImageVersion.tag("isthmus-sidecar@sha256:" + "ab".repeat(32))).isEmpty();
  }

  @Test
  void takesOpaquePortsAndNoOtherWord() throws InjectionRefusedException {
    assertThat(injected(saying("opaque-ports", "3306,5432"), POD))
        .isEqualTo(injected(saying(), POD));
    assertThatThrownBy(() -> injected(saying("opaque-ports", "mysql"), POD))
        .hasMessageContainingAll("isthmus.io/opaque-ports", "'mysql'", "1 to 65535");
  }

  @Test
  void keepsTheClassicSidecarAmongTheContainers() throws InjectionRefusedException {
    PodSpec spec = injected(saying("native-sidecar", "false"), POD);

    assertThat(names(spec.getInitContainers())).containsExactly("migrate", "isthmus-capture");
    assertThat(names(spec.getContainers())).containsExactly("isthmus-proxy", "web");
    assertThat(sidecar(spec).getRestartPolicy()).isNull();
    assertThat(sidecar(spec).getStartupProbe()).isNull();
  }

  @Test
  void givesTheSidecarATokenOfItsOwn() throws InjectionRefusedException {
    PodSpec spec =
        injected(saying(), new PodSpecBuilder(POD).withAutomountServiceAccountToken(false).build());

    var token = spec.getVolumes().getFirst().getProjected().getSources().getFirst();
    assertThat(token.getServiceAccountToken().getAudience()).isEqualTo("isthmus");
    assertThat(token.getServiceAccountToken().getExpirationSeconds()).isEqualTo(3600);
    assertThat(spec.getVolumes().getLast().getConfigMap().getName())
        .isEqualTo("isthmus-trust-bundle");
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void needsMoreThanRestrictedForCaptureOnly() throws InjectionRefusedException {
    PodSpec spec = injected(saying(), POD);

    var capture = spec.getInitContainers().getFirst().getSecurityContext();
    assertThat(capture.getCapabilities().getAdd()).containsExactly("NET_ADMIN");
    assertThat(capture.getCapabilities().getDrop()).containsExactly("ALL");
    var sidecar = sidecar(spec).getSecurityContext();
    assertThat(sidecar.getCapabilities().getAdd()).isEmpty();
    assertThat(sidecar.getRunAsUser()).isEqualTo(15008);
    assertThat(sidecar.getRunAsNonRoot()).isTrue();
    assertThat(sidecar.getReadOnlyRootFilesystem()).isTrue();
  }

  @Test
  void passesWhatAPodAsksForOn() throws InjectionRefusedException {
    PodSpec spec =
        injected(
            saying(
                "skip-inbound-ports", "9090, 22",
                "skip-outbound-ports", "3306",
                "skip-outbound-cidrs", "10.0.0.0/8,fd00::/8",
                "proxy-cpu-request", "250m",
                "proxy-cpu-limit", "1",
                "proxy-memory-request", "64Mi",
                "proxy-memory-limit", "256Mi",
                "log-level", "debug",
                "drain-seconds", "90"),
            POD);

    assertThat(spec.getInitContainers().getFirst().getCommand())
        .containsSequence("--define", "proxy_user=15008")
        .containsSequence("--define", "skip_inbound_ports={ 22, 9090, 15008, 15020, 15021 }")
        .containsSequence("--define", "skip_outbound_ports={ 0, 3306 }")
        .containsSequence("--define", "skip_outbound_ipv4={ 127.0.0.0/8, 10.0.0.0/8 }")
        .containsSequence("--define", "skip_outbound_ipv6={ ::1/128, fd00:0:0:0:0:0:0:0/8 }");
    assertThat(sidecar(spec).getArgs()).contains("--log-level=debug", "--drain-period=90s");
    assertThat(sidecar(spec).getResources().getRequests())
        .isEqualTo(Map.of("cpu", new Quantity("250m"), "memory", new Quantity("64Mi")));
    assertThat(sidecar(spec).getResources().getLimits())
        .isEqualTo(Map.of("cpu", new Quantity("1"), "memory", new Quantity("256Mi")));
  }

  @ParameterizedTest
  @CsvSource({
    "inject, yes, 'annotation isthmus.io/inject: ''yes'', expected enabled or disabled'",
    "skip-inbound-ports, 80;81, 'skip-inbound-ports: ''80;81'', expected ports from 1 to 65535'",
    "skip-inbound-ports, 0, 'skip-inbound-ports: ''0'', expected ports from 1 to 65535'",
    "skip-outbound-ports, 70000, 'skip-outbound-ports: ''70000'', expected ports'",
    "skip-outbound-cidrs, 10.0.0.0, 'skip-outbound-cidrs: ''10.0.0.0'', expected CIDRs'",
    "skip-outbound-cidrs, 10.0.0.0/33, 'skip-outbound-cidrs: ''10.0.0.0/33'', expected CIDRs'",
    "skip-outbound-cidrs, 10.1/16, 'skip-outbound-cidrs: ''10.1/16'', expected CIDRs'",
    "skip-outbound-cidrs, fe80::1%1/64, 'skip-outbound-cidrs: ''fe80::1%1/64'', expected CIDRs'",
    "skip-outbound-cidrs, db.shop/8, 'skip-outbound-cidrs: ''db.shop/8'', expected CIDRs'",
    "proxy-cpu-request, much, 'proxy-cpu-request: ''much'', expected a quantity'",
    "proxy-memory-request, 1Gi, 'proxy-memory-request: 1Gi is more than the limit, 384Mi'",
    "log-level, loud, 'log-level: ''loud'', expected one of error, warn, info, debug'",
    "drain-seconds, 1h, 'drain-seconds: ''1h'', expected a whole number of seconds from 1 to'",
    "native-sidecar, yes, 'native-sidecar: ''yes'', expected one of true, false'",
    "skip-outbound-port, 80, 'annotation isthmus.io/skip-outbound-port is none of ours'"
  })
  void refusesWhatItDoesNotUnderstand(String name, String value, String reason) {
    assertThatThrownBy(() -> injection.inject(saying(name, value), POD, InjectionWish.ENABLED))
        .isInstanceOf(InjectionRefusedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void asksForNoMoreThanTheLimitThatAPodGives() throws InjectionRefusedException {
    PodSpec spec = injected(saying("proxy-memory-limit", "64Mi", "proxy-cpu-limit", "20m"), POD);

    assertThat(sidecar(spec).getResources().getRequests())
        .isEqualTo(Map.of("cpu", new Quantity("20m"), "memory", new Quantity("64Mi")));
  }

  @Test
  void refusesWindows() {
    refuses(
        new PodSpecBuilder(POD).withNewOs("windows").build(), "os windows: a sidecar needs linux");
  }

  @Test
  void refusesTheSidecarsUser() {
    Container app =
        new ContainerBuilder()
            .withName("web")
            .withNewSecurityContext()
            .withRunAsUser(15008L)
            .endSecurityContext()
            .build();

    refuses(
        new PodSpecBuilder().withContainers(app).build(),
        "container web: runAsUser 15008 is the sidecar's user");
    refuses(
        new PodSpecBuilder(POD)
            .withNewSecurityContext()
            .withRunAsUser(15008L)
            .endSecurityContext()
            .build(),
        "container migrate: runAsUser 15008");
  }

  @Test
  void refusesTheSidecarsPorts() {
    Container app =
        new ContainerBuilder()
            .withName("web")
            .addNewPort()
            .withContainerPort(15008)
            .endPort()
            .build();

    refuses(
        new PodSpecBuilder().withContainers(app).build(),
        "container web: port 15008 is the sidecar's");
  }

  @Test
  void refusesAClassicSidecarInAPodThatEnds() {
    assertThatThrownBy(() ->
            injection.inject(
                saying("native-sidecar", "false"),
                new PodSpecBuilder(POD).withRestartPolicy("Never").build(),
                InjectionWish.ENABLED))
        .hasMessageContaining("restartPolicy Never with a sidecar among the containers");
  }

  private void refuses(PodSpec spec, String reason) {
    assertThatThrownBy(() -> injection.inject(saying(), spec, InjectionWish.ENABLED))
        .isInstanceOf(InjectionRefusedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void leavesPodsOfTheNodesNetworkAlone() throws InjectionRefusedException {
    leaves(new PodSpecBuilder(POD).withHostNetwork(true).build(), Injection.Reason.HOST_NETWORK);
  }

  @Test
  void leavesWhatHasItsSidecarAlone() throws InjectionRefusedException {
    leaves(injected(saying(), POD), Injection.Reason.HAS_SIDECAR);
  }

  private void leaves(PodSpec spec, Injection.Reason reason) throws InjectionRefusedException {
    assertThat(injection.inject(saying(), spec, InjectionWish.ENABLED))
        .isEqualTo(new Injection.Outcome.LeftAlone(reason));
  }

  private static Probe tcp(IntOrString port) {
    return new ProbeBuilder()
        .withNewTcpSocket()
        .withPort(port)
        .endTcpSocket()
        .withPeriodSeconds(7)
        .build();
  }

  private static Probe probed(PodSpec spec) {
    return spec.getContainers().getFirst().getReadinessProbe();
  }

  private static PodSpec probing(Probe probe) {
    return new PodSpecBuilder()
        .addNewContainer()
        .withName("web")
        .addNewPort()
        .withName("web")
        .withContainerPort(8080)
        .endPort()
        .withReadinessProbe(probe)
        .endContainer()
        .build();
  }

  @Test
  void socketProbesAskTheSidecarWhichIsToldThePorts() throws InjectionRefusedException {
    PodSpec asked =
        new PodSpecBuilder(probing(tcp(new IntOrString("web"))))
            .editFirstContainer()
            .withLivenessProbe(tcp(new IntOrString(5432)))
            .withStartupProbe(tcp(new IntOrString(5432)))
            .endContainer()
            .build();

    PodSpec spec = injected(saying(), asked);

    assertThat(sidecar(spec).getArgs()).contains("--tcp-probes=5432,8080");
    Container web = spec.getContainers().getFirst();
    for (Probe probe : List.of(web.getReadinessProbe(), web.getLivenessProbe())) {
      assertThat(probe.getTcpSocket()).isNull();
      assertThat(probe.getHttpGet().getPort().getIntVal()).isEqualTo(15021);
      assertThat(probe.getPeriodSeconds()).isEqualTo(7);
    }
    assertThat(web.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/tcp/8080");
    assertThat(web.getStartupProbe().getHttpGet().getPath()).isEqualTo("/tcp/5432");
  }

  @Test
  void initContainersAskTheSidecarOnlyWhereItRunsBeforeThem() throws InjectionRefusedException {
    PodSpec asked =
        new PodSpecBuilder(POD)
            .editFirstInitContainer()
            .withRestartPolicy("Always")
            .withStartupProbe(tcp(new IntOrString(5432)))
            .endInitContainer()
            .build();

    Container after = injected(saying(), asked).getInitContainers().getLast();
    assertThat(after.getStartupProbe().getHttpGet().getPath()).isEqualTo("/tcp/5432");
    Container before =
        injected(saying("native-sidecar", "false"), asked).getInitContainers().getFirst();
    assertThat(before.getStartupProbe()).isEqualTo(tcp(new IntOrString(5432)));
  }

  @Test
  void probesThatMeetTheApplicationStayAsTheyAre() throws InjectionRefusedException {
    Probe skipped = tcp(new IntOrString(8080));
    Probe unknown = tcp(new IntOrString("nobodys"));
    Probe elsewhere =
        new ProbeBuilder(tcp(new IntOrString(8080)))
            .editTcpSocket()
            .withHost("192.0.2.1")
            .endTcpSocket()
            .build();
    Probe http = new ProbeBuilder().withNewHttpGet().withNewPort(8080).endHttpGet().build();

    PodSpec skipping = injected(saying("skip-inbound-ports", "8080"), probing(skipped));
    assertThat(probed(skipping)).isEqualTo(skipped);
    assertThat(sidecar(skipping).getArgs()).noneMatch(it -> it.startsWith("--tcp-probes"));
    for (Probe probe : List.of(unknown, elsewhere, http)) {
      assertThat(probed(injected(saying(), probing(probe)))).isEqualTo(probe);
    }
  }

  @Test
  void takesAPodsOwnWordBeforeItsNamespaces() throws InjectionRefusedException {
    assertThat(injection.inject(saying("inject", "disabled"), POD, InjectionWish.ENABLED))
        .isEqualTo(new Injection.Outcome.LeftAlone(Injection.Reason.NOT_ASKED_FOR));
    assertThat(injection.inject(saying("inject", "enabled"), POD, InjectionWish.DISABLED))
        .isInstanceOf(Injection.Outcome.Injected.class);
    assertThat(injection.inject(saying(), POD, InjectionWish.UNSAID))
        .isEqualTo(new Injection.Outcome.LeftAlone(Injection.Reason.NOT_ASKED_FOR));
  }

  @Test
  void refusesANamespaceThatContradictsItself() {
    ObjectMeta both =
        new ObjectMetaBuilder()
            .withName("shop")
            .addToAnnotations("isthmus.io/inject", "enabled")
            .addToLabels("isthmus.io/inject", "disabled")
            .build();

    assertThatThrownBy(() -> InjectionWish.ofNamespace(both))
        .hasMessage(
            "namespace shop: isthmus.io/inject is enabled as an annotation and disabled as a label:"
                + " remove one of them");
  }
}

package io.isthmus.mirror.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.LinkSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Numbers in comments are those of the mirroring scenarios. */
final class MirrorPlanTest {
  private static final GatewayAddress GATEWAY = new GatewayAddress("192.0.2.127", 888);
  private static final GatewayAddress SECOND = new GatewayAddress("192.0.2.128", 888);
  private static final LinkSpec SPEC = LinkSpec.to("remote", "remote.example", "link-remote");
  private static final LinkView LINK = new LinkView("here", SPEC);

  private final FakeCluster here = new FakeCluster("shop");

  private static Service export(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withUid("uid-of-" + name)
        .addToLabels(Labels.EXPORTED, "true")
        .addToLabels("team", "pay")
        .endMetadata()
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP("10.96.0.7")
        .addNewPort()
        .withName("one")
        .withPort(555)
        .withProtocol("TCP")
        .withAppProtocol("http")
        .endPort()
        .addNewPort()
        .withName("two")
        .withPort(666)
        .withProtocol("TCP")
        .endPort()
        .endSpec()
        .build();
  }

  private static PeerState peer(Verdict verdict, Service... exports) {
    return new PeerState(List.of(exports), Map.of(GATEWAY, verdict));
  }

  private MirrorPlan follow(PeerState peer) {
    return here.apply(MirrorPlan.of(LINK, peer, here.state()));
  }

  private EndpointSlice slice() {
    return here.slice("shop", "service-one-remote-ipv4-888");
  }

  private static List<Boolean> readiness(EndpointSlice slice) {
    return slice.getEndpoints().stream()
        .map(Endpoint::getConditions)
        .map(conditions -> conditions.getReady())
        .toList();
  }

  @Test // 1, 36
  void exportGetsAServiceWithItsPortsAndASliceWithTheGatewaysAddress() {
    MirrorPlan plan = follow(peer(Verdict.ALIVE, export("service-one")));

    Service mirror = here.service("shop", "service-one-remote");
    assertThat(mirror.getSpec().getPorts())
        .extracting(ServicePort::getName, ServicePort::getPort, ServicePort::getAppProtocol)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("one", 555, "http"),
            org.assertj.core.groups.Tuple.tuple("two", 666, null));
    assertThat(mirror.getSpec().getSelector()).isNullOrEmpty();
    assertThat(mirror.getMetadata().getLabels())
        .containsOnly(
            Map.entry("team", "pay"),
            Map.entry("mirror.isthmus.io/mirrored", "true"),
            Map.entry("mirror.isthmus.io/cluster", "remote"),
            Map.entry("app.kubernetes.io/managed-by", "isthmus-mirror-controller"));
    assertThat(mirror.getMetadata().getAnnotations())
        .containsEntry("mirror.isthmus.io/remote-service", "service-one.shop.svc.cluster.local")
        .containsEntry("mirror.isthmus.io/remote-uid", "uid-of-service-one")
        .containsEntry(
            "mirror.isthmus.io/gateway-identity",
            "spiffe://remote.example/ns/isthmus-system/sa/isthmus-gateway");
    assertThat(slice().getAddressType()).isEqualTo("IPv4");
    assertThat(slice().getMetadata().getLabels())
        .containsEntry("kubernetes.io/service-name", "service-one-remote")
        .containsEntry("endpointslice.kubernetes.io/managed-by", "isthmus-mirror-controller");
    assertThat(slice().getPorts())
        .extracting(EndpointPort::getName, EndpointPort::getPort)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("one", 888),
            org.assertj.core.groups.Tuple.tuple("two", 888));
    assertThat(slice().getEndpoints().getFirst().getAddresses()).containsExactly("192.0.2.127");
    assertThat(readiness(slice())).containsExactly(true);
    assertThat(plan.services()).isEqualTo(1);
    assertThat(plan.endpoints()).isEqualTo(1);
  }

  @Test // 1
  void eachAddressFamilyHasASliceOfItsOwn() {
    GatewayAddress v6 = new GatewayAddress("2001:db8::1", 888);
    follow(
        new PeerState(
            List.of(export("service-one")), Map.of(GATEWAY, Verdict.ALIVE, v6, Verdict.ALIVE)));

    EndpointSlice six = here.slice("shop", "service-one-remote-ipv6-888");
    assertThat(six.getAddressType()).isEqualTo("IPv6");
    assertThat(six.getEndpoints()).hasSize(1);
    assertThat(slice().getEndpoints()).hasSize(1);
  }

  @Test // 11
  void withoutTheNamespaceNothingIsMirroredUntilItIsThere() {
    FakeCluster bare = new FakeCluster();
    PeerState peer = peer(Verdict.ALIVE, export("service-one"));

    MirrorPlan before = bare.apply(MirrorPlan.of(LINK, peer, bare.state()));
    assertThat(before.actions()).isEmpty();
    assertThat(before.problems())
        .containsExactly(new Problem.NamespaceMissing(new ObjectKey("shop", "service-one")));

    bare.addNamespace("shop");
    bare.apply(MirrorPlan.of(LINK, peer, bare.state()));
    assertThat(bare.service("shop", "service-one-remote")).isNotNull();
  }

  @Test // 12
  void gatewayThatGoesDownTakesReadinessAlsoThroughAnUpdate() {
    follow(peer(Verdict.ALIVE, export("service-one")));
    follow(peer(Verdict.DEAD, export("service-one")));
    assertThat(readiness(slice())).containsExactly(false);

    Service changed = export("service-one");
    changed.getSpec().getPorts().removeLast();
    follow(peer(Verdict.DEAD, changed));

    assertThat(slice().getPorts()).hasSize(1);
    assertThat(readiness(slice())).containsExactly(false);
    assertThat(here.service("shop", "service-one-remote").getSpec().getPorts()).hasSize(1); // 15
  }

  @Test // 13, 33
  void newMirrorIsNotReadyBeforeAProbeHasSucceeded() {
    follow(peer(Verdict.UNKNOWN, export("service-one")));
    assertThat(readiness(slice())).containsExactly(false);

    follow(peer(Verdict.ALIVE, export("service-one")));
    assertThat(readiness(slice())).containsExactly(true);
  }

  @Test
  void readyMirrorStaysReadyWhileAFreshControllerStillProbes() {
    follow(peer(Verdict.ALIVE, export("service-one")));

    MirrorPlan plan = follow(peer(Verdict.UNKNOWN, export("service-one")));

    assertThat(plan.actions()).isEmpty();
    assertThat(readiness(slice())).containsExactly(true);
  }

  @Test // 14
  void unexportedServiceIsGone() {
    follow(peer(Verdict.ALIVE, export("service-one"), export("service-two")));

    Service unexported = export("service-one");
    unexported.getMetadata().setLabels(Map.of("team", "pay"));
    follow(peer(Verdict.ALIVE, unexported, export("service-two")));

    assertThat(here.state().services().keySet())
        .containsExactly(new ObjectKey("shop", "service-two-remote"));
    assertThat(here.state().slices()).hasSize(1);
  }

  @Test // 18
  void emptySelectorSelectsNothing() {
    LinkSpec.Import nothing =
        new LinkSpec.Import(new LinkSpec.Selector(Map.of()), List.of(), List.of());
    LinkView link = new LinkView("here", SPEC.withImport(nothing));
    follow(peer(Verdict.ALIVE, export("service-one")));

    here.apply(MirrorPlan.of(link, peer(Verdict.ALIVE, export("service-one")), here.state()));

    assertThat(here.isEmpty()).isTrue();
  }

  @Test // 21
  void removalTakesEveryMirrorOfThatPeerAndNothingElse() {
    follow(peer(Verdict.ALIVE, export("service-one")));
    Service own = export("own");
    here.put(own);
    LinkView other = new LinkView("here", LinkSpec.to("other", "other.example", "link-other"));
    here.apply(MirrorPlan.of(other, peer(Verdict.ALIVE, export("service-one")), here.state()));

    here.apply(MirrorPlan.removal("remote", here.state()));

    assertThat(here.state().services().keySet())
        .containsExactlyInAnyOrder(
            new ObjectKey("shop", "own"), new ObjectKey("shop", "service-one-other"));
    assertThat(here.state().slices()).hasSize(1);
  }

  @Test // 22
  void orphansOfEveryKindAreRemovedAndOthersUntouched() {
    follow(peer(Verdict.ALIVE, export("gone"), export("service-one")));
    Service users = export("users-remote");
    here.put(users);

    follow(peer(Verdict.ALIVE, export("service-one")));

    assertThat(here.state().services().keySet())
        .containsExactlyInAnyOrder(
            new ObjectKey("shop", "service-one-remote"), new ObjectKey("shop", "users-remote"));
    assertThat(here.state().slices()).hasSize(1);
  }

  @Test // 22, 30, 38
  void withoutThePeersListsNothingIsRemovedAndReadinessFollowsTheProbes() {
    follow(peer(Verdict.ALIVE, export("service-one"), export("service-two")));

    MirrorPlan kept = MirrorPlan.readiness("remote", Map.of(), here.state());
    assertThat(kept.actions()).isEmpty();
    assertThat(kept.services()).isEqualTo(2);

    here.apply(MirrorPlan.readiness("remote", Map.of(GATEWAY, Verdict.DEAD), here.state()));
    assertThat(readiness(slice())).containsExactly(false);
    assertThat(here.state().services()).hasSize(2);
  }

  @Test // 23
  void sameStateAgainMakesNoWrite() {
    follow(peer(Verdict.ALIVE, export("service-one")));

    assertThat(follow(peer(Verdict.ALIVE, export("service-one"))).actions()).isEmpty();
  }

  @Test // 24
  void localDriftIsPutBack() {
    follow(peer(Verdict.ALIVE, export("service-one")));
    Service wanted = here.service("shop", "service-one-remote");
    EndpointSlice wantedSlice = slice();
    here.put(
        new ServiceBuilder(wanted)
            .editMetadata()
            .addToLabels("drifted", "true")
            .endMetadata()
            .editSpec()
            .editFirstPort()
            .withPort(1)
            .endPort()
            .addToSelector("app", "mine")
            .endSpec()
            .build());
    here.put(
        new io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder(wantedSlice)
            .withEndpoints(List.of())
            .build());

    MirrorPlan plan = follow(peer(Verdict.ALIVE, export("service-one")));

    assertThat(plan.actions())
        .extracting(MirrorAction::reason)
        .containsExactly(
            "labels, ports, selector differ from the export's",
            "endpoints differ from the gateway's");
    Service back = here.service("shop", "service-one-remote");
    assertThat(back.getMetadata().getLabels()).isEqualTo(wanted.getMetadata().getLabels());
    assertThat(back.getSpec().getPorts()).isEqualTo(wanted.getSpec().getPorts());
    assertThat(slice().getEndpoints().getFirst().getAddresses()).containsExactly("192.0.2.127");
  }

  @Test // 27
  void gatewayThatMovesTakesTheSlicesWithIt() {
    follow(peer(Verdict.ALIVE, export("service-one")));

    follow(new PeerState(List.of(export("service-one")), Map.of(SECOND, Verdict.ALIVE)));

    assertThat(slice().getEndpoints())
        .extracting(endpoint -> endpoint.getAddresses().getFirst())
        .containsExactly("192.0.2.128");
  }

  @Test // 27
  void gatewayWithoutAddressLeavesTheServiceWithoutEndpoints() {
    follow(peer(Verdict.ALIVE, export("service-one")));

    follow(new PeerState(List.of(export("service-one")), Map.of()));

    assertThat(here.service("shop", "service-one-remote")).isNotNull();
    assertThat(here.state().slices()).isEmpty();
  }

  @Test // 32
  void onlyTheDeadOneOfTwoAddressesLeaves() {
    follow(
        new PeerState(
            List.of(export("service-one")), Map.of(GATEWAY, Verdict.DEAD, SECOND, Verdict.ALIVE)));

    assertThat(readiness(slice())).containsExactly(false, true);
  }

  @Test // 34
  void usersOwnServiceOfTheMirrorsNameIsNeverTouched() {
    Service users = export("service-one-remote");
    users.getMetadata().setLabels(Map.of("app", "mine"));
    here.put(users);

    MirrorPlan exported = follow(peer(Verdict.ALIVE, export("service-one")));
    MirrorPlan unexported = follow(peer(Verdict.ALIVE));

    assertThat(exported.actions()).isEmpty();
    assertThat(exported.problems()).singleElement().isInstanceOf(Problem.NameConflict.class);
    assertThat(exported.problems().getFirst().message()).contains("shop/service-one-remote");
    assertThat(unexported.actions()).isEmpty();
    assertThat(here.service("shop", "service-one-remote")).isSameAs(users);
  }

  @Test // 35
  void nameOverSixtyThreeCharactersIsAProblemThatNamesIt() {
    String longest = "a".repeat(63 - "-remote".length());

    MirrorPlan plan = follow(peer(Verdict.ALIVE, export(longest), export(longest + "b")));

    assertThat(plan.problems()).singleElement().isInstanceOf(Problem.NameTooLong.class);
    assertThat(plan.problems().getFirst().message())
        .contains(longest + "b-remote")
        .contains("64 characters")
        .contains("at most 63");
    assertThat(plan.services()).isEqualTo(1);
  }

  @Test // 37
  void exportForOtherClustersIsNotMirrored() {
    Service others = export("service-one");
    others.getMetadata().setAnnotations(Map.of(Annotations.EXPORTED_TO, "west, north"));
    Service ours = export("service-two");
    ours.getMetadata().setAnnotations(Map.of(Annotations.EXPORTED_TO, "west, here"));

    MirrorPlan plan = follow(peer(Verdict.ALIVE, others, ours));

    assertThat(here.state().services().keySet())
        .containsExactly(new ObjectKey("shop", "service-two-remote"));
    assertThat(plan.problems()).isEmpty();
  }

  @Test
  void marksOfOtherOwnersAreNotCopied() {
    Service export = export("service-one");
    export.getMetadata().getLabels().put("app.kubernetes.io/managed-by", "Helm");
    export.getMetadata().getLabels().put("argocd.argoproj.io/instance", "shop");
    export.getMetadata().getLabels().put("internal.example/secret", "x");
    LinkSpec.Import excluding =
        new LinkSpec.Import(LinkSpec.Selector.exported(), List.of("internal.example/"), List.of());

    here.apply(
        MirrorPlan.of(
            new LinkView("here", SPEC.withImport(excluding)),
            peer(Verdict.ALIVE, export),
            here.state()));

    assertThat(here.service("shop", "service-one-remote").getMetadata().getLabels())
        .containsOnlyKeys(
            "team",
            "mirror.isthmus.io/mirrored",
            "mirror.isthmus.io/cluster",
            "app.kubernetes.io/managed-by")
        .containsEntry("app.kubernetes.io/managed-by", "isthmus-mirror-controller");
  }

  @Test
  void headlessAndExternalServicesAreProblems() {
    Service headless = export("headless");
    headless.getSpec().setClusterIP("None");
    Service external = export("external");
    external.getSpec().setType("ExternalName");

    MirrorPlan plan = follow(peer(Verdict.ALIVE, headless, external));

    assertThat(plan.actions()).isEmpty();
    assertThat(plan.problems()).hasSize(2).hasOnlyElementsOfType(Problem.Unsupported.class);
  }

  @Test // 40
  void exportsBeyondTheLimitAreLeftOutTheLastByNameAndCounted() {
    Service[] exports =
        IntStream.range(0, PeerLimits.EXPORTS + 2)
            .mapToObj(i -> export("s-%05d".formatted(i)))
            .toArray(Service[]::new);

    MirrorPlan plan = follow(peer(Verdict.ALIVE, exports));

    assertThat(plan.services()).isEqualTo(PeerLimits.EXPORTS);
    assertThat(plan.cut()).isEqualTo(2);
    assertThat(here.state().services())
        .containsKey(new ObjectKey("shop", "s-04999-remote"))
        .doesNotContainKey(new ObjectKey("shop", "s-05000-remote"));
  }

  @Test
  void portsBeyondTheLimitAreLeftOutAsWell() {
    Service wide = export("a-wide");
    wide.getSpec()
        .setPorts(
            IntStream.rangeClosed(1, PeerLimits.PORTS)
                .mapToObj(
                    port -> new ServicePortBuilder().withName("p" + port).withPort(port).build())
                .toList());

    MirrorPlan plan = follow(peer(Verdict.ALIVE, wide, export("b-narrow")));

    assertThat(plan.cut()).isEqualTo(1);
    assertThat(here.state().services())
        .containsKey(new ObjectKey("shop", "a-wide-remote"))
        .doesNotContainKey(new ObjectKey("shop", "b-narrow-remote"));
  }

  @Test
  void exportWithAnUnknownWordIsAProblemThatNamesItAndWhatIsAllowed() {
    Service export = export("service-one");
    export.getMetadata().setAnnotations(Map.of(Annotations.TUNNEL, "inner"));

    MirrorPlan plan = follow(peer(Verdict.ALIVE, export));

    assertThat(here.isEmpty()).isTrue();
    assertThat(plan.problems().getFirst().message())
        .contains("shop/service-one", Annotations.TUNNEL, "'inner'", "end-to-end or terminate");
  }

  @Test
  void annotationsThatOrderOtherControllersAreNotCopied() {
    Service export = export("service-one");
    export
        .getMetadata()
        .setAnnotations(
            Map.of(
                "external-dns.alpha.kubernetes.io/hostname", "bank.example",
                "service.beta.kubernetes.io/aws-load-balancer-internal", "false",
                "networking.gke.io/load-balancer-type", "External",
                "vendor.example/anything", "x",
                "isthmus.io/opaque-ports", "555",
                "description", "takes payments",
                "owner", "team pay"));
    LinkSpec.Import excluding =
        new LinkSpec.Import(LinkSpec.Selector.exported(), List.of(), List.of("owner"));

    here.apply(
        MirrorPlan.of(
            new LinkView("here", SPEC.withImport(excluding)),
            peer(Verdict.ALIVE, export),
            here.state()));

    assertThat(here.service("shop", "service-one-remote").getMetadata().getAnnotations())
        .containsOnlyKeys(
            "description",
            "isthmus.io/opaque-ports",
            "mirror.isthmus.io/remote-service",
            "mirror.isthmus.io/remote-uid",
            "mirror.isthmus.io/gateway-identity");
  }
}

package io.isthmus.cli.check;

import static io.isthmus.cli.check.TestCluster.NOW;
import static io.isthmus.cli.check.TestCluster.SYSTEM;
import static io.isthmus.cli.check.TestCluster.address;
import static io.isthmus.cli.check.TestCluster.ca;
import static io.isthmus.cli.check.TestCluster.deployment;
import static io.isthmus.cli.check.TestCluster.failed;
import static io.isthmus.cli.check.TestCluster.gateway;
import static io.isthmus.cli.check.TestCluster.gatewayService;
import static io.isthmus.cli.check.TestCluster.link;
import static io.isthmus.cli.check.TestCluster.mirrorLabels;
import static io.isthmus.cli.check.TestCluster.path;
import static io.isthmus.cli.check.TestCluster.pod;
import static io.isthmus.cli.check.TestCluster.pool;
import static io.isthmus.cli.check.TestCluster.problem;
import static io.isthmus.cli.check.TestCluster.report;
import static io.isthmus.cli.check.TestCluster.say;
import static io.isthmus.cli.check.TestCluster.service;
import static io.isthmus.cli.check.TestCluster.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.Condition;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.TrustBundle;
import io.isthmus.cli.check.ClusterFacts.Install;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.trust.Statuses;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault, alone, in two clusters that are else well: its check and no other one fails. */
class FaultsTest {
  private static final Statuses STATUSES = new Statuses(NOW);

  /**
   * @param words that the check's object or message has to have
   */
  record Fault(
      String title, Check check, List<String> words, BiConsumer<TestCluster, TestCluster> make) {
    @Override
    public String toString() {
      return title;
    }
  }

  private static Fault fault(
      String title, Check check, List<String> words, BiConsumer<TestCluster, TestCluster> make) {
    return new Fault(title, check, words, make);
  }

  private static void dead(TestCluster west, String reason) {
    west.links.set(0, link("east", gateway(address("east"), "False", problem(reason), null)));
  }

  private static void own(TestCluster west, TrustDomainStatus status) {
    west.domains.set(0, TestCluster.domain("west", TrustDomainSpec.own("west.demo"), status));
  }

  private static TrustDomainStatus with(String type, String status) {
    TrustDomainStatus steady = STATUSES.steady(7, STATUSES.enforced(7, 3));
    return new TrustDomainStatus(
        steady.phase(),
        steady.bundle(),
        steady.anchors(),
        steady.issuer(),
        null,
        List.of(Statuses.condition(type, status)),
        steady.enforcement());
  }

  private static TrustEnforcement reporting(List<String> refused, long skewMillis) {
    return new TrustEnforcement(
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
                refused,
                List.of(),
                List.of(),
                skewMillis,
                NOW.minusSeconds(5).toString())));
  }

  static Stream<Fault> faults() {
    return Stream.of(
        fault(
            "Kubernetes is too old",
            Check.VERSION,
            List.of("v1.28.3", "v1.30"),
            (west, east) -> west.server = new Server("v1.28.3", Duration.ZERO)),
        fault(
            "a CRD is missing",
            Check.CRDS,
            List.of("links.isthmus.io"),
            (west, east) ->
                west.crds.removeIf(crd -> crd.getMetadata().getName().startsWith("links"))),
        fault(
            "a CRD is older than this command",
            Check.CRD_FIELDS,
            List.of("links.isthmus.io", "v1alpha1.status", "upgrade"),
            (west, east) ->
                west.crds
                    .getFirst()
                    .getSpec()
                    .getVersions()
                    .getFirst()
                    .getSchema()
                    .getOpenAPIV3Schema()
                    .getProperties()
                    .remove("status")),
        fault(
            "no control plane has made the own TrustDomain",
            Check.CONTROL,
            List.of("0 of them"),
            (west, east) -> west.domains.removeFirst()),
        fault(
            "no replica of the control plane is ready",
            Check.CONTROL,
            List.of("Deployment isthmus-system/isthmus-control", "none of its 2"),
            (west, east) ->
                west.deployments.set(0, deployment("isthmus-control", 2, 0, "registry/x:1.0"))),
        fault(
            "no mirror controller leads",
            Check.MIRROR_CONTROLLER,
            List.of("Lease isthmus-system/isthmus-mirror-controller"),
            (west, east) -> west.lease = Optional.of(TestCluster.lease(NOW.minusSeconds(120)))),
        fault(
            "no replica of the gateway is ready",
            Check.GATEWAY,
            List.of("isthmus-gateway"),
            (west, east) ->
                west.deployments.set(2, deployment("isthmus-gateway", 2, 0, "registry/x:1.0"))),
        fault(
            "a replica is missing",
            Check.REPLICAS,
            List.of("1 of 2"),
            (west, east) ->
                west.deployments.set(2, deployment("isthmus-gateway", 2, 1, "registry/x:1.0"))),
        fault(
            "an image cannot be pulled, and older replicas serve on",
            Check.IMAGE,
            List.of(
                "Deployment isthmus-system/isthmus-gateway",
                "Pod isthmus-gateway-2: ImagePullBackOff",
                "registry/x:1.1",
                "rollout undo deployment isthmus-gateway"),
            (west, east) ->
                west.pods.add(pod("isthmus-gateway", "isthmus-gateway-2", "ImagePullBackOff"))),
        fault(
            "the webhook is missing and wanted",
            Check.WEBHOOK,
            List.of("[shop]"),
            (west, east) -> west.webhook = Optional.empty()),
        fault(
            "the webhook's authority is not there",
            Check.WEBHOOK,
            List.of("caBundle is empty"),
            (west, east) -> west.webhook = Optional.of(TestCluster.webhook(""))),
        fault(
            "nobody answers the webhook",
            Check.WEBHOOK,
            List.of("Service isthmus-system/isthmus-control"),
            (west, east) ->
                west.systemSlices.set(0, slice(SYSTEM, "isthmus-control", Map.of(), false))),
        fault(
            "the API server does not get through to the webhook",
            Check.WEBHOOK,
            List.of("would be refused", "failed calling webhook", "port webhook"),
            (west, east) ->
                west.refusal = Optional.of("failed calling webhook: connection refused")),
        fault(
            "somebody has switched the gateway off",
            Check.GATEWAY,
            List.of("Deployment isthmus-system/isthmus-gateway", "scaled to 0"),
            (west, east) ->
                west.deployments.set(2, deployment("isthmus-gateway", 0, 0, "registry/x:1.0"))),
        fault(
            "a Pod has the sidecar of yesterday",
            Check.SIDECARS,
            List.of("shop/web-1", "[0.9]", "new ones of 1.0", "isthmus.io/sidecar-version!=1.0"),
            (west, east) -> {
              west.deployments
                  .getFirst()
                  .getSpec()
                  .getTemplate()
                  .getSpec()
                  .getContainers()
                  .getFirst()
                  .setArgs(List.of("--cluster=west", "--sidecar-image=registry:5000/sidecar:1.0"));
              west.outdated.add(TestCluster.withSidecar("web-1", "0.9"));
            }),
        fault(
            "an upgrade is half done",
            Check.SKEW,
            List.of("1.0", "1.1"),
            (west, east) ->
                west.deployments.set(2, deployment("isthmus-gateway", 2, 2, "registry/x:1.1"))),
        fault(
            "a clock is six minutes ahead",
            Check.CLOCK,
            List.of("360 s ahead"),
            (west, east) -> {
              west.server = new Server("v1.34.1", Duration.ofMinutes(6));
              // by that same clock
              west.lease = Optional.of(TestCluster.lease(NOW.plus(Duration.ofMinutes(6))));
            }),
        fault(
            "a proxy's clock is six minutes off",
            Check.CLOCK,
            List.of("360 s apart"),
            (west, east) -> own(west, STATUSES.steady(7, reporting(List.of(), 360_000)))),
        fault(
            "no controller has looked at the Link",
            Check.LINK_STATUS,
            List.of("Link isthmus-system/east"),
            (west, east) -> west.links.getFirst().setStatus(LinkStatus.empty())),
        fault(
            "credentials were revoked",
            Check.LINK_CREDENTIALS,
            List.of("CredentialsValid is False", "link create"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.CREDENTIALS_VALID, "False")),
        fault(
            "the peer's API server is down for the mirror controller",
            Check.LINK_CONNECTED,
            List.of("Connected is False"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.CONNECTED, "False")),
        fault(
            "a write failed",
            Check.LINK_SYNCED,
            List.of("Synced is False"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.SYNCED, "False")),
        fault(
            "the peer has too much",
            Check.LINK_LIMITS,
            List.of("WithinLimits"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.WITHIN_LIMITS, "False")),
        fault(
            "an export is misspelt",
            Check.EXPORT_WORD,
            List.of("shop/pay", "yes"),
            (west, east) ->
                east.services.add(service("shop", "pay", Map.of(Labels.EXPORTED, "yes"), 80))),
        fault(
            "a mirror is missing",
            Check.MIRROR_MISSING,
            List.of("Service shop/pay-east", "east exports shop/pay"),
            (west, east) ->
                east.services.add(service("shop", "pay", Map.of(Labels.EXPORTED, "true"), 80))),
        fault(
            "a namespace is missing",
            Check.MIRROR_NAMESPACE,
            List.of("Namespace bank"),
            (west, east) ->
                east.services.add(service("bank", "pay", Map.of(Labels.EXPORTED, "true"), 80))),
        fault(
            "a Service of one's own has the mirror's name",
            Check.MIRROR_CONFLICT,
            List.of("shop/pay-east"),
            (west, east) -> {
              east.services.add(service("shop", "pay", Map.of(Labels.EXPORTED, "true"), 80));
              west.services.add(service("shop", "pay-east", Map.of(), 80));
            }),
        fault(
            "a port has moved",
            Check.MIRROR_PORTS,
            List.of("shop/hello-east", "[80]", "[81]"),
            (west, east) ->
                east.services.set(
                    1, service("shop", "hello", Map.of(Labels.EXPORTED, "true"), 81))),
        fault(
            "a mirror has outlived its export",
            Check.MIRROR_STALE,
            List.of("shop/old-east"),
            (west, east) ->
                west.services.add(service("shop", "old-east", mirrorLabels("east"), 80))),
        fault(
            "CoreDNS is down",
            Check.DNS_SERVICE,
            List.of("kube-dns"),
            (west, east) -> west.dns.set(0, slice("kube-system", "kube-dns", Map.of(), false))),
        fault(
            "the DNS does not know a mirror",
            Check.DNS_NAMES,
            List.of("Link isthmus-system/east", "NamesResolve"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.NAMES_RESOLVE, "False")),
        fault(
            "the peer's cluster domain is another",
            Check.DNS_DOMAIN,
            List.of("Link isthmus-system/east", "cluster.local", "east.local"),
            (west, east) ->
                east.corefile
                    .orElseThrow()
                    .getData()
                    .put("Corefile", ".:53 {\n kubernetes east.local in-addr.arpa {\n }\n}")),
        fault(
            "a firewall drops the gateway's port in one direction",
            Check.TCP,
            List.of("gateway 203.0.113.2:15008 of east", "from west"),
            (west, east) -> dead(west, "connect_failed")),
        fault(
            "something else answers at the address",
            Check.TLS_SILENT,
            List.of("203.0.113.2:15008"),
            (west, east) -> dead(west, "handshake_timeout")),
        fault(
            "the gateway refuses the probe",
            Check.HBONE,
            List.of("203.0.113.2:15008"),
            (west, east) -> dead(west, "refused")),
        fault(
            "an alive gateway and endpoints that are not ready",
            Check.ENDPOINTS,
            List.of("EndpointSlice shop/hello-east-v4"),
            (west, east) ->
                west.mirrors.set(0, slice("shop", "hello-east", mirrorLabels("east"), false))),
        fault(
            "an MTU black hole that lets handshakes through",
            Check.BLACK_HOLE,
            List.of("path from west to gateway 203.0.113.2:15008", "1400 bytes", "ICMP"),
            (west, east) ->
                west.links.set(
                    0,
                    link(
                        "east",
                        gateway(address("east"), "True", null, path(1400, "1472 are lost"))))),
        fault(
            "an MTU black hole that stops handshakes",
            Check.BLACK_HOLE,
            List.of("path from west"),
            (west, east) ->
                west.links.set(
                    0,
                    link(
                        "east",
                        gateway(
                            address("east"),
                            "False",
                            problem("handshake_timeout"),
                            path(0, "stuck"))))),
        fault(
            "the own issuer is refused",
            Check.TRUST_READY,
            List.of("TrustDomain west", "Ready is False"),
            (west, east) -> own(west, with(TrustDomainStatus.READY, Condition.FALSE))),
        fault(
            "the issuer has expired",
            Check.TRUST_EXPIRED,
            List.of("the issuer"),
            (west, east) -> {
              TrustDomainStatus steady = STATUSES.steady(7, STATUSES.enforced(7, 3));
              own(
                  west,
                  new TrustDomainStatus(
                      steady.phase(),
                      steady.bundle(),
                      steady.anchors(),
                      new TrustDomainStatus.IssuerStatus(
                          Statuses.OLD_ISSUER, NOW.minusSeconds(1).toString()),
                      null,
                      steady.conditions(),
                      steady.enforcement()));
            }),
        fault(
            "an end comes near",
            Check.TRUST_EXPIRING,
            List.of("Expiring is True"),
            (west, east) -> own(west, with(TrustDomainStatus.EXPIRING, Condition.TRUE))),
        fault(
            "a rotation waits",
            Check.ROTATION_HELD,
            List.of("Held is True"),
            (west, east) -> own(west, with(TrustDomainStatus.HELD, Condition.TRUE))),
        fault(
            "an anchor of the peer is not known here",
            Check.ANCHOR_MISSING,
            List.of("ConfigMap isthmus-system/isthmus-trust-bundle-east", "it lacks the anchor"),
            (west, east) ->
                west.peerBundles.set(
                    0,
                    TestCluster.bundle(
                        ObjectNames.peerTrustBundle("east"),
                        io.isthmus.certs.testing.TestCa.create("east.demo").bundle()))),
        fault(
            "the peer's bundle is an old one",
            Check.TRUST_BEHIND,
            List.of("sequence"),
            (west, east) -> {
              TrustBundle bundle = ca("east").bundle();
              east.ownBundle =
                  Optional.of(
                      TestCluster.bundle(
                          ObjectNames.TRUST_BUNDLE,
                          new TrustBundle(
                              bundle.trustDomain(),
                              bundle.sequence() + 1,
                              bundle.refreshHint(),
                              bundle.anchors(),
                              bundle.revoked())));
            }),
        fault(
            "the peer's bundle is not taken",
            Check.TRUST_LINK,
            List.of("TrustEstablished is False"),
            (west, east) -> say(west.links.getFirst(), LinkStatus.TRUST_ESTABLISHED, "False")),
        fault(
            "the gateway shows a certificate of a root that is not trusted",
            Check.HANDSHAKE,
            List.of("203.0.113.2:15008"),
            (west, east) -> dead(west, "handshake_failed")),
        fault(
            "a proxy refuses a bundle",
            Check.TRUST_REFUSED,
            List.of("shop/pay-1 would be locked out"),
            (west, east) ->
                own(
                    west,
                    STATUSES.steady(7, reporting(List.of("shop/pay-1 would be locked out"), 0)))),
        fault(
            "a proxy lags behind",
            Check.NOT_ENFORCED,
            List.of("shop/pay-1 (sequence 6, 42 s ago)"),
            (west, east) ->
                own(
                    west,
                    STATUSES.steady(
                        7, STATUSES.enforced(7, 3, "shop/pay-1 (sequence 6, 42 s ago)")))),
        fault(
            "the gateway's Service is not there",
            Check.VIP_SERVICE,
            List.of("Service isthmus-system/isthmus-gateway of east"),
            (west, east) -> east.services.removeFirst()),
        fault(
            "the pool is empty",
            Check.VIP_PENDING,
            List.of("Service isthmus-system/isthmus-gateway of east", "MetalLB"),
            (west, east) -> east.services.set(0, gatewayService())),
        fault(
            "the address has moved and is not followed",
            Check.VIP_STALE,
            List.of("203.0.113.2:15008", "203.0.113.9:15008"),
            (west, east) -> east.services.set(0, gatewayService("203.0.113.9"))),
        fault(
            "both clusters have one address",
            Check.VIP_OVERLAP,
            List.of("203.0.113.1:15008"),
            (west, east) -> {
              east.services.set(0, gatewayService("203.0.113.1"));
              west.links.set(
                  0, link("east", gateway(address("west"), "True", null, path(9000, null))));
            }),
        fault(
            "pools overlap",
            Check.VIP_POOLS,
            List.of("203.0.113.0/28"),
            (west, east) -> {
              west.pools.add(pool("a", "203.0.113.0/28"));
              east.pools.add(pool("b", "203.0.113.10-203.0.113.20"));
            }),
        fault(
            "nobody announces the gateway's pool",
            Check.VIP_ANNOUNCED,
            List.of("address 203.0.113.1 of the gateway of west", "IPAddressPool a"),
            (west, east) -> {
              west.pools.add(pool("a", "203.0.113.1/32"));
              west.advertisements.add(TestCluster.advertisement("b"));
              west.speakers.add(TestCluster.speakers(2));
            }),
        fault(
            "MetalLB's speakers are gone",
            Check.VIP_ANNOUNCED,
            List.of("metallb-system/speaker", "IPAddressPool a"),
            (west, east) -> {
              west.pools.add(pool("a", "203.0.113.0-203.0.113.9"));
              west.advertisements.add(TestCluster.advertisement());
              west.speakers.add(TestCluster.speakers(0));
            }),
        fault(
            "two clusters ask each other for a zone",
            Check.DNS_LOOP,
            List.of("CoreDNS of west and east", "[corp.example]"),
            (west, east) -> {
              west.services.add(TestCluster.dnsForOthers("203.0.113.53"));
              east.services.add(TestCluster.dnsForOthers("203.0.113.54"));
              west.corefile =
                  Optional.of(
                      TestCluster.corefile(
                          "dns://corp.example.:53 {\n cache\n forward . tls://203.0.113.54:853 192.0.2.1\n}\n"));
              east.corefile =
                  Optional.of(
                      TestCluster.corefile(
                          "example {\n forward corp.example 203.0.113.53:53 {\n  max_fails 0\n }\n}\n"));
            }));
  }

  @Test
  void allIsWellWhenNothingIsWrong() {
    Report report = report(new TestCluster("west", "east"), new TestCluster("east", "west"));

    assertThat(failed(report)).isEmpty();
    assertThat(report.lookFirst()).isNull();
    assertThat(report.isFatal()).isFalse();
    assertThat(report.results())
        .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Result.Outcome.OK));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isFoundAndNothingElseIs(Fault fault) {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    fault.make().accept(west, east);

    Report report = report(west, east);

    assertThat(failed(report)).isNotEmpty();
    assertThat(failed(report))
        .as("look first")
        .allSatisfy(result ->
            assertThat(result.id() + ": " + result.object()).startsWith(fault.check().id()));
    assertThat(report.lookFirst()).isEqualTo(fault.check().id());
    assertThat(report.isFatal()).isEqualTo(fault.check().severity() == Severity.FATAL);
    Result first = failed(report).getFirst();
    assertThat(first.layer()).isEqualTo(fault.check().layer().word());
    assertThat(first.object() + " " + first.seen() + " " + first.next()).contains(fault.words());
  }

  @Test
  void everyCheckOfTwoClustersHasAFault() {
    Set<Check> withFault = faults().map(Fault::check).collect(Collectors.toSet());
    Set<Check> elsewhere =
        EnumSet.of(Check.API, Check.LINK_BACK, Check.NODES, Check.NODE_MTU); // below
    assertThat(
            Stream.of(Check.values())
                .filter(check -> !check.id().startsWith("pre.") && !check.id().startsWith("pod."))
                .filter(check -> !elsewhere.contains(check)))
        .isSubsetOf(withFault);
  }

  @Test
  void linkWithoutOneBackIsAWarning() {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    east.links.clear();

    assertThat(failed(report(west, east)))
        .extracting(Result::id)
        .containsExactly(Check.LINK_BACK.id());
  }

  @Test
  void oneOfTwoAddressesThatIsDeadIsAWarning() {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    east.services.set(0, gatewayService("203.0.113.2", "203.0.113.3"));
    west.links.set(
        0,
        link(
            "east",
            gateway(address("east"), "True", null, path(9000, null)),
            gateway("203.0.113.3:15008", "False", problem("connect_failed"), null)));

    Report report = report(west, east);

    assertThat(report.lookFirst()).isEqualTo(Check.TCP.id());
    assertThat(report.isFatal()).isFalse();
  }

  @Test
  void firstLayerThatFailsIsNamedWhateverElseDoes() {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    east.services.set(0, gatewayService("203.0.113.9"));
    dead(west, "connect_failed");
    own(west, with(TrustDomainStatus.READY, Condition.FALSE));

    Report report = report(west, east);

    assertThat(failed(report))
        .extracting(Result::id)
        .containsExactly("datapath.tcp", "trust.ready", "vip.stale");
    assertThat(new ReportText(report).text())
        .startsWith("Look here first: datapath.tcp (layer datapath), seen from west");
  }

  @Test
  void clusterThatCannotBeReachedIsTheFirstThing() {
    TestCluster west = new TestCluster("west", "east");
    ClusterFacts east = unreachable(new TestCluster("east", "west").facts());

    Report report =
        Report.of(Clusters.of(List.of(west.facts(), east), List.of()), Optional.empty(), NOW, 0);

    assertThat(report.lookFirst()).isEqualTo(Check.API.id());
    assertThat(failed(report)).hasSize(1);
    assertThat(report.clusters()).containsExactly("west (context west)");
  }

  @Test
  void whatCouldNotBeReadIsNeitherWellNorFailed() {
    TestCluster west = new TestCluster("west", "east");
    ClusterFacts facts = new TestCluster("east", "west").facts();
    Install all = facts.install();
    ClusterFacts narrow =
        new ClusterFacts(
            facts.cluster(),
            facts.by(),
            facts.namespace(),
            new Install(
                all.server(),
                all.crds(),
                new Reading.Unread<>("its API server answers 403", Duration.ZERO),
                all.pods(),
                all.lease(),
                all.webhook(),
                all.namespaces(),
                all.slices(),
                all.refusal(),
                all.outdated()),
            facts.mesh(),
            facts.network());

    Report report =
        Report.of(Clusters.of(List.of(west.facts(), narrow), List.of()), Optional.empty(), NOW, 0);

    assertThat(failed(report)).isEmpty();
    assertThat(
            report.results().stream()
                .filter(result -> result.outcome() == Result.Outcome.NOT_LOOKED))
        .extracting(Result::id)
        .containsExactly(
            "install.control",
            "install.gateway",
            "install.replicas",
            "install.image",
            "install.versions",
            "install.sidecars");
  }

  @Test
  void commandOfAnotherVersionThanTheMeshIsNamed() {
    assertThat(InstallChecks.ofThisCommand("1.1.0", Optional.of("1.0.0")))
        .singleElement()
        .extracting(Problem::seen)
        .isEqualTo("it is of version 1.0.0, and the mesh of 1.1.0");
    assertThat(InstallChecks.ofThisCommand("1.0.0", Optional.of("1.0.0"))).isEmpty();
    assertThat(InstallChecks.ofThisCommand("nightly", Optional.of("1.0.0"))).isEmpty();
    assertThat(InstallChecks.ofThisCommand("1.1.0", Optional.empty())).isEmpty();
  }

  @Test
  void oneThatAsksTheOtherIsNoLoop() {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    west.services.add(TestCluster.dnsForOthers("203.0.113.53"));
    east.services.add(TestCluster.dnsForOthers("203.0.113.54"));
    west.corefile =
        Optional.of(TestCluster.corefile("east.example:53 { \n forward . 203.0.113.54\n}\n"));
    east.corefile =
        Optional.of(TestCluster.corefile("west.example:53 {\n forward . 203.0.113.53\n}\n"));

    assertThat(failed(report(west, east))).isEmpty();
  }

  @Test
  void podThatIsJustStartingLacksNoImage() {
    TestCluster west = new TestCluster("west", "east");
    west.pods.add(pod("isthmus-gateway", "isthmus-gateway-2", ""));
    west.pods
        .getLast()
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getWaiting()
        .setReason(null);
    west.pods.add(pod("isthmus-gateway", "isthmus-gateway-3", null));
    west.pods.getLast().setStatus(null);

    assertThat(failed(report(west, new TestCluster("east", "west")))).isEmpty();
  }

  @Test
  void webhookThatNobodyAsksForMayBeBroken() {
    TestCluster west = new TestCluster("west", "east");
    west.namespaces.set(0, TestCluster.namespace("shop", Map.of()));
    west.webhook = Optional.of(TestCluster.webhook(""));

    assertThat(failed(report(west, new TestCluster("east", "west")))).isEmpty();
  }

  @Test
  void oneLinkOfSeveralIsLookedAtAlone() {
    TestCluster west = new TestCluster("west", "east");
    TestCluster east = new TestCluster("east", "west");
    west.links.add(
        link("north", gateway("192.0.2.1:15008", "False", problem("connect_failed"), null)));
    Clusters clusters = Clusters.of(List.of(west.facts(), east.facts()), List.of());

    assertThat(failed(Report.of(clusters, Optional.of("east"), NOW, 0))).isEmpty();
    assertThat(failed(Report.of(clusters, Optional.of("north"), NOW, 0)))
        .extracting(Result::id)
        .containsExactly("datapath.tcp");
  }

  private static ClusterFacts unreachable(ClusterFacts facts) {
    Install all = facts.install();
    return new ClusterFacts(
        facts.cluster(),
        facts.by(),
        facts.namespace(),
        new Install(
            new Reading.Unread<>("its API server cannot be reached", Duration.ZERO),
            all.crds(),
            all.deployments(),
            all.pods(),
            all.lease(),
            all.webhook(),
            all.namespaces(),
            all.slices(),
            all.refusal(),
            all.outdated()),
        facts.mesh(),
        facts.network());
  }
}

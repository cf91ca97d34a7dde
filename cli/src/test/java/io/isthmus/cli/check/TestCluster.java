package io.isthmus.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.isthmus.api.Condition;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import io.isthmus.cli.check.ClusterFacts.Install;
import io.isthmus.cli.check.ClusterFacts.Mesh;
import io.isthmus.cli.check.ClusterFacts.Network;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Crds;
import io.isthmus.cli.trust.Statuses;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is read of one of two linked clusters, west and east, that export {@code hello} to each
 * other, and in which all is well until a test changes it.
 */
final class TestCluster {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final String SYSTEM = "isthmus-system";
  private static final Map<String, TestCa> CAS =
      Map.of("west", TestCa.create("west.demo"), "east", TestCa.create("east.demo"));

  final String name;
  final String peer;
  Server server = new Server("v1.34.1", Duration.ZERO);
  final List<CustomResourceDefinition> crds = new ArrayList<>(Crds.all());
  final List<Deployment> deployments = new ArrayList<>();
  final List<Pod> pods = new ArrayList<>();
  Optional<Lease> lease;
  Optional<MutatingWebhookConfiguration> webhook;
  final List<Namespace> namespaces = new ArrayList<>();
  final List<EndpointSlice> systemSlices = new ArrayList<>();
  Optional<String> refusal = Optional.empty();
  final List<TrustDomain> domains = new ArrayList<>();
  final List<Link> links = new ArrayList<>();
  final List<Service> services = new ArrayList<>();
  final List<EndpointSlice> mirrors = new ArrayList<>();
  Optional<ConfigMap> ownBundle;
  final List<ConfigMap> peerBundles = new ArrayList<>();
  final List<EndpointSlice> dns = new ArrayList<>();
  Optional<ConfigMap> corefile;
  final List<GenericKubernetesResource> pools = new ArrayList<>();
  final List<GenericKubernetesResource> advertisements = new ArrayList<>();
  final List<DaemonSet> speakers = new ArrayList<>();
  final List<Pod> outdated = new ArrayList<>();

  TestCluster(String name, String peer) {
    this.name = name;
    this.peer = peer;
    Statuses statuses = new Statuses(NOW);
    for (String account :
        List.of("isthmus-control", "isthmus-mirror-controller", "isthmus-gateway")) {
      deployments.add(deployment(account, 2, 2, "registry/x:1.0"));
      pods.add(pod(account, account + "-1", null));
    }
    lease = Optional.of(lease(NOW.minusSeconds(3)));
    webhook = Optional.of(webhook(caBundle(ca(name).bundle())));
    namespaces.add(namespace("shop", Map.of("isthmus.io/inject", "enabled")));
    namespaces.add(namespace(SYSTEM, Map.of()));
    systemSlices.add(slice(SYSTEM, "isthmus-control", Map.of(), true));
    domains.add(
        domain(
            name,
            TrustDomainSpec.own(name + ".demo"),
            statuses.steady(7, statuses.enforced(7, 3))));
    domains.add(
        domain(
            peer,
            TrustDomainSpec.linked(peer + ".demo", peer),
            statuses.steady(7, statuses.enforced(7, 3))));
    links.add(link(peer, gateway(address(peer), "True", null, path(9000, null))));
    services.add(gatewayService(ip(name)));
    services.add(service("shop", "hello", Map.of(Labels.EXPORTED, "true"), 80));
    services.add(service("shop", "hello-" + peer, mirrorLabels(peer), 80));
    services.add(service("kube-system", "kube-dns", Map.of(), 53));
    mirrors.add(slice("shop", "hello-" + peer, mirrorLabels(peer), true));
    ownBundle = Optional.of(bundle(ObjectNames.TRUST_BUNDLE, ca(name).bundle()));
    peerBundles.add(bundle(ObjectNames.peerTrustBundle(peer), ca(peer).bundle()));
    dns.add(slice("kube-system", "kube-dns", Map.of(), true));
    corefile = Optional.of(corefile(""));
  }

  /** Of a DNS that answers for cluster.local. */
  static ConfigMap corefile(String more) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("coredns")
        .endMetadata()
        .addToData(
            "Corefile",
            """
            .:53 {
                errors # and more
                kubernetes cluster.local in-addr.arpa ip6.arpa {
                  ttl 30
                }
                forward . /etc/resolv.conf
            }
            """
                + more)
        .build();
  }

  /** A DNS for others, with an address that they reach. */
  static Service dnsForOthers(String ip) {
    return new ServiceBuilder(service("kube-system", "dns-for-others", Map.of(), 53))
        .withNewStatus()
        .withNewLoadBalancer()
        .addNewIngress()
        .withIp(ip)
        .endIngress()
        .endLoadBalancer()
        .endStatus()
        .build();
  }

  static Pod withSidecar(String name, String version) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .addToLabels(Labels.SIDECAR_VERSION, version)
        .endMetadata()
        .build();
  }

  /** Of these pools; of all where none is named. */
  static GenericKubernetesResource advertisement(String... pools) {
    GenericKubernetesResource advertisement = new GenericKubernetesResource();
    advertisement.setMetadata(new ObjectMetaBuilder().withName("a").build());
    advertisement.setAdditionalProperty("spec", Map.of("ipAddressPools", List.of(pools)));
    return advertisement;
  }

  static DaemonSet speakers(int ready) {
    return new DaemonSetBuilder()
        .withNewMetadata()
        .withNamespace("metallb-system")
        .withName("speaker")
        .endMetadata()
        .withNewStatus()
        .withNumberReady(ready)
        .endStatus()
        .build();
  }

  ClusterFacts facts() {
    return new ClusterFacts(
        name,
        "context " + name,
        SYSTEM,
        new Install(
            Reading.of(server),
            Reading.of(crds),
            Reading.of(deployments),
            Reading.of(pods),
            Reading.of(lease),
            Reading.of(webhook),
            Reading.of(namespaces),
            Reading.of(systemSlices),
            Reading.of(refusal),
            Reading.of(outdated)),
        new Mesh(
            Reading.of(domains),
            Reading.of(links),
            Reading.of(services),
            Reading.of(mirrors),
            Reading.of(ownBundle),
            Reading.of(peerBundles)),
        new Network(
            Reading.of(dns),
            Reading.of(corefile),
            Reading.of(pools),
            Reading.of(new Announcing(advertisements, speakers))));
  }

  static TestCa ca(String cluster) {
    return Objects.requireNonNull(CAS.get(cluster));
  }

  static String ip(String cluster) {
    return cluster.equals("west") ? "203.0.113.1" : "203.0.113.2";
  }

  static String address(String cluster) {
    return ip(cluster) + ":15008";
  }

  /** Of a Deployment; its container waits for a reason, or runs. */
  static Pod pod(String account, String name, @Nullable String waiting) {
    ContainerStateBuilder state = new ContainerStateBuilder();
    if (waiting == null) {
      state.withNewRunning().endRunning();
    } else {
      state.withNewWaiting("Back-off pulling image \"registry/x:1.1\"", waiting);
    }
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(SYSTEM)
        .withName(name)
        .addToLabels("app.kubernetes.io/name", account)
        .endMetadata()
        .withNewStatus()
        .addNewContainerStatus()
        .withState(state.build())
        .endContainerStatus()
        .endStatus()
        .build();
  }

  static Deployment deployment(String account, int wanted, int ready, String image) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(SYSTEM)
        .withName(account)
        .endMetadata()
        .withNewSpec()
        .withReplicas(wanted)
        .withNewSelector()
        .addToMatchLabels("app.kubernetes.io/name", account)
        .endSelector()
        .withNewTemplate()
        .withNewSpec()
        .withServiceAccountName(account)
        .addNewContainer()
        .withName("x")
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .withNewStatus()
        .withReadyReplicas(ready)
        .endStatus()
        .build();
  }

  static Lease lease(Instant renewed) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(ObjectNames.MIRROR_CONTROLLER_LEASE)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity("one")
        .withLeaseDurationSeconds(15)
        .withRenewTime(renewed.atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  static String caBundle(TrustBundle bundle) {
    return Base64.getEncoder().encodeToString(Pem.encode(bundle.anchors()).getBytes(UTF_8));
  }

  static MutatingWebhookConfiguration webhook(String caBundle) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName("isthmus-injection")
        .endMetadata()
        .addNewWebhook()
        .withName("pod.injection.isthmus.io")
        .withNewClientConfig()
        .withCaBundle(caBundle)
        .endClientConfig()
        .endWebhook()
        .build();
  }

  static Namespace namespace(String name, Map<String, String> labels) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  static EndpointSlice slice(
      String namespace, String service, Map<String, String> labels, boolean isReady) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(service + "-v4")
        .withLabels(labels)
        .addToLabels(Labels.SERVICE_NAME, service)
        .endMetadata()
        .withAddressType("IPv4")
        .addNewEndpoint()
        .withAddresses("10.0.0.1")
        .withNewConditions()
        .withReady(isReady)
        .endConditions()
        .endEndpoint()
        .build();
  }

  static TrustDomain domain(String name, TrustDomainSpec spec, TrustDomainStatus status) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName(name).build());
    domain.setSpec(spec);
    domain.setStatus(status);
    return domain;
  }

  /** Of whom all conditions are as they should be. */
  static Link link(String peer, GatewayStatus... gateways) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withNamespace(SYSTEM).withName(peer).build());
    link.setSpec(LinkSpec.to(peer, peer + ".demo", "link-" + peer));
    link.setStatus(
        new LinkStatus(
            List.of(
                condition(LinkStatus.CONNECTED, "True"),
                condition(LinkStatus.CREDENTIALS_VALID, "True"),
                condition(LinkStatus.SYNCED, "True"),
                condition(LinkStatus.WITHIN_LIMITS, "True"),
                condition(LinkStatus.TRUST_ESTABLISHED, "True"),
                condition(LinkStatus.GATEWAY_REACHABLE, "True"),
                condition(LinkStatus.LARGE_PACKETS_PASS, "True"),
                condition(LinkStatus.NAMES_RESOLVE, "True")),
            List.of(gateways),
            1,
            1,
            null,
            null));
    return link;
  }

  /** One condition of a Link says something else. */
  static void say(Link link, String type, String status) {
    LinkStatus before = Objects.requireNonNull(link.getStatus());
    List<Condition> conditions = new ArrayList<>(before.conditions());
    conditions.removeIf(condition -> condition.type().equals(type));
    conditions.add(condition(type, status));
    link.setStatus(
        new LinkStatus(
            conditions,
            before.gateways(),
            before.services(),
            before.endpoints(),
            before.enforcement(),
            before.canary()));
  }

  private static Condition condition(String type, String status) {
    return new Condition(type, status, "Because", "the message", 1L, null);
  }

  static GatewayStatus gateway(
      String address,
      String alive,
      LinkStatus.@Nullable Problem problem,
      LinkStatus.@Nullable Path path) {
    return new GatewayStatus(
        address,
        "spiffe://x/ns/isthmus-system/sa/isthmus-gateway",
        alive,
        "1.0ms",
        NOW.minusSeconds(60).toString(),
        problem,
        path);
  }

  static LinkStatus.Path path(int largest, @Nullable String blackHole) {
    return new LinkStatus.Path("1.0ms", "2.0ms", largest, 1500, blackHole);
  }

  static Service service(String namespace, String name, Map<String, String> labels, int port) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withType("ClusterIP")
        .addNewPort()
        .withName("p")
        .withPort(port)
        .endPort()
        .endSpec()
        .build();
  }

  static Map<String, String> mirrorLabels(String peer) {
    return Map.of(Labels.MIRRORED, "true", Labels.CLUSTER, peer);
  }

  static Service gatewayService(String... ips) {
    ServiceBuilder service =
        new ServiceBuilder(service(SYSTEM, "isthmus-gateway", Map.of(), 15008))
            .editSpec()
            .withType("LoadBalancer")
            .endSpec();
    for (String ip : ips) {
      service =
          service
              .editOrNewStatus()
              .editOrNewLoadBalancer()
              .addNewIngress()
              .withIp(ip)
              .endIngress()
              .endLoadBalancer()
              .endStatus();
    }
    return service.build();
  }

  static ConfigMap bundle(String name, TrustBundle bundle) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(SYSTEM)
        .withName(name)
        .endMetadata()
        .addToData(ObjectNames.BUNDLE_JWKS_KEY, new String(bundle.toJwks(), UTF_8))
        .build();
  }

  static GenericKubernetesResource pool(String name, String addresses) {
    GenericKubernetesResource pool = new GenericKubernetesResource();
    pool.setMetadata(new ObjectMetaBuilder().withName(name).build());
    pool.setAdditionalProperty("spec", Map.of("addresses", List.of(addresses)));
    return pool;
  }

  static LinkStatus.Problem problem(String reason) {
    return new LinkStatus.Problem(reason, "the probe says why");
  }

  static Report report(TestCluster west, TestCluster east) {
    return Report.of(
        Clusters.of(List.of(west.facts(), east.facts()), List.of()), Optional.empty(), NOW, 0);
  }

  static List<Result> failed(Report report) {
    return report.results().stream()
        .filter(result -> result.outcome() == Result.Outcome.FAILED)
        .toList();
  }
}

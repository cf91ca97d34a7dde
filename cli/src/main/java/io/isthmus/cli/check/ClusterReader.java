package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSetList;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import io.isthmus.cli.check.ClusterFacts.Install;
import io.isthmus.cli.check.ClusterFacts.Mesh;
import io.isthmus.cli.check.ClusterFacts.Network;
import io.isthmus.cli.install.Crds;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Reads one cluster by calls that all run at once. */
final class ClusterReader {
  /** What it reads. */
  static final List<Class<?>> KINDS =
      List.of(
          ConfigMapList.class,
          CustomResourceDefinition.class,
          DaemonSetList.class,
          DeploymentList.class,
          EndpointSliceList.class,
          GenericKubernetesResourceList.class,
          Lease.class,
          Link.class,
          MutatingWebhookConfiguration.class,
          NamespaceList.class,
          Pod.class,
          PodList.class,
          Secret.class,
          ServiceList.class,
          TrustDomain.class);

  private static final String DNS_NAMESPACE = "kube-system";
  static final String POOLS_CRD = "ipaddresspools.metallb.io";

  private static final ResourceDefinitionContext POOLS = metallb("IPAddressPool");

  private static final List<ResourceDefinitionContext> ADVERTISEMENTS =
      List.of(metallb("L2Advertisement"), metallb("BGPAdvertisement"));

  /** Of Pods with sidecars that are not of today: some, which stand for all. */
  private static final long MOST_OUTDATED = 50;

  private final KubernetesClient client;
  private final String namespace;
  private final ServerCalls calls;

  private static ResourceDefinitionContext metallb(String kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("metallb.io")
        .withVersion("v1beta1")
        .withKind(kind)
        .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
        .withNamespaced(true)
        .build();
  }

  ClusterReader(KubernetesClient client, String namespace, ServerCalls calls) {
    this.client = client;
    this.namespace = namespace;
    this.calls = calls;
  }

  /**
   * @param name for a cluster that does not tell its own
   * @param by how it is asked, for people
   */
  ClusterFacts read(String name, String by) {
    var crds = calls.ask(this::crds);
    var deployments =
        calls.ask(() -> client.apps().deployments().inNamespace(namespace).list().getItems());
    var pods = calls.ask(() -> client.pods().inNamespace(namespace).list().getItems());
    var lease =
        calls.ask(() ->
            Optional.ofNullable(
                client
                    .leases()
                    .inNamespace(namespace)
                    .withName(ObjectNames.MIRROR_CONTROLLER_LEASE)
                    .get()));
    var webhook =
        calls.ask(() ->
            Optional.ofNullable(
                client
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName(ObjectNames.INJECTION_WEBHOOK)
                    .get()));
    var namespaces = calls.ask(() -> client.namespaces().list().getItems());
    var slices =
        calls.ask(() ->
            client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems());
    var refusal =
        namespaces.thenCompose(read ->
            WebhookCheck.asking(read.value().orElse(List.of())).isEmpty()
                ? CompletableFuture.completedFuture(Reading.of(Optional.<String>empty()))
                : calls.ask(() -> WebhookTry.refusal(client)));
    var domains = calls.ask(() -> client.resources(TrustDomain.class).list().getItems());
    var links =
        calls.ask(() -> client.resources(Link.class).inNamespace(namespace).list().getItems());
    var services = calls.ask(() -> client.services().inAnyNamespace().list().getItems());
    var mirrors =
        calls.ask(() ->
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inAnyNamespace()
                .withLabel(Labels.MIRRORED, Labels.MIRRORED_TRUE)
                .list()
                .getItems());
    // listed, which is all that the credentials of a Link allow
    var ownBundle =
        calls.ask(() ->
            client
                .configMaps()
                .inNamespace(namespace)
                .withField("metadata.name", ObjectNames.TRUST_BUNDLE)
                .list()
                .getItems()
                .stream()
                .findFirst());
    var peerBundles =
        calls.ask(() ->
            client
                .configMaps()
                .inNamespace(namespace)
                .withLabel(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_PEER)
                .list()
                .getItems());
    var dns =
        calls.ask(() ->
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(DNS_NAMESPACE)
                .withLabel(Labels.SERVICE_NAME, "kube-dns")
                .list()
                .getItems());
    var corefile =
        calls.ask(() ->
            Optional.ofNullable(
                client.configMaps().inNamespace(DNS_NAMESPACE).withName("coredns").get()));
    var pools = calls.ask(() -> all(POOLS));
    var announcing = announcing(pools);
    var outdated =
        deployments.thenCompose(read ->
            SidecarVersions.current(read.value().orElse(List.of()))
                .map(version -> calls.ask(() -> outdated(version)))
                .orElseGet(() -> CompletableFuture.completedFuture(Reading.of(List.of()))));
    ClusterFacts facts =
        new ClusterFacts(
            name,
            by,
            namespace,
            new Install(
                calls.server(),
                crds.join(),
                deployments.join(),
                pods.join(),
                lease.join(),
                webhook.join(),
                namespaces.join(),
                slices.join(),
                refusal.join(),
                outdated.join()),
            new Mesh(
                domains.join(),
                links.join(),
                services.join(),
                mirrors.join(),
                ownBundle.join(),
                peerBundles.join()),
            new Network(dns.join(), corefile.join(), pools.join(), announcing.join()));
    return facts
        .own()
        .map(own ->
            new ClusterFacts(
                own.getMetadata().getName(),
                by,
                namespace,
                facts.install(),
                facts.mesh(),
                facts.network()))
        .orElse(facts);
  }

  /** Those that matter, of the hundreds that there may be. */
  List<CustomResourceDefinition> crds() {
    return Stream.concat(
            Crds.all().stream().map(crd -> crd.getMetadata().getName()), Stream.of(POOLS_CRD))
        .map(name -> client.apiextensions().v1().customResourceDefinitions().withName(name).get())
        .filter(Objects::nonNull)
        .toList();
  }

  List<GenericKubernetesResource> pools() {
    return all(POOLS);
  }

  /** Of pools that there are; without any there is nothing to announce. */
  CompletableFuture<Reading<Announcing>> announcing(
      CompletableFuture<Reading<List<GenericKubernetesResource>>> pools) {
    return pools.thenCompose(read ->
        read.value().orElse(List.of()).isEmpty()
            ? CompletableFuture.completedFuture(Reading.of(new Announcing(List.of(), List.of())))
            : calls.ask(this::announcing));
  }

  private Announcing announcing() {
    return new Announcing(
        ADVERTISEMENTS.stream().flatMap(kind -> all(kind).stream()).toList(),
        client.apps().daemonSets().inAnyNamespace().list().getItems().stream()
            .filter(Announcements::isSpeaker)
            .toList());
  }

  private List<Pod> outdated(String current) {
    return client
        .pods()
        .inAnyNamespace()
        .withLabel(Labels.SIDECAR_VERSION)
        .withLabelNotIn(Labels.SIDECAR_VERSION, current)
        .withoutField("status.phase", "Succeeded")
        .withoutField("status.phase", "Failed")
        .list(new ListOptionsBuilder().withLimit(MOST_OUTDATED).build())
        .getItems();
  }

  /** None where there is no such kind. */
  private List<GenericKubernetesResource> all(ResourceDefinitionContext kind) {
    try {
      return client.genericKubernetesResources(kind).inAnyNamespace().list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return List.of();
      }
      throw e;
    }
  }
}

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Condition;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.client.LastingClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.TrustBundle;
import io.isthmus.mirror.leader.FencedWriter;
import io.isthmus.mirror.leader.Leadership;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A cluster {@code west} that mirrors {@code east}: their APIs, and what tests do with them. */
final class TwoClusters implements AutoCloseable {
  static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;
  final KubernetesClient west;
  final KubernetesClient east;
  final FakeProbe probe = new FakeProbe();
  final FakeCanary canary = new FakeCanary();
  private final FakeNames names = new FakeNames();
  final MeterRegistry metrics = new SimpleMeterRegistry();
  private @Nullable LinkSupervisor supervisor;

  TwoClusters(KubernetesClient west, KubernetesClient east) {
    this.west = west;
    this.east = east;
    namespace(west, SYSTEM);
    namespace(east, SYSTEM);
  }

  static void namespace(KubernetesClient client, String name) {
    if (client.namespaces().withName(name).get() == null) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
  }

  /** Starts the controller with a client that has its rights, under a fence. */
  void start(KubernetesClient client, Leadership leadership) {
    LinkSupervisor started =
        new LinkSupervisor(
            new Surroundings(
                "west",
                "west.example",
                SYSTEM,
                client,
                new FencedWriter(client, leadership),
                LastingClient::of,
                probe,
                canary,
                names,
                Duration.ofMillis(100),
                new MirrorMetrics(metrics),
                InstantSource.system()));
    supervisor = started;
    started.start();
  }

  void stop() {
    if (supervisor != null) {
      supervisor.close();
      supervisor = null;
    }
  }

  void secret(String name, String kubeconfig) {
    west.resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(name)
                .endMetadata()
                .withData(
                    Map.of(
                        ObjectNames.KUBECONFIG_KEY,
                        Base64.getEncoder()
                            .encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8))))
                .build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
  }

  void link(String name, LinkSpec spec) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withNamespace(SYSTEM).withName(name).build());
    link.setSpec(spec);
    west.resource(link).create();
  }

  Optional<Link> link(String name) {
    return Optional.ofNullable(west.resources(Link.class).inNamespace(SYSTEM).withName(name).get());
  }

  /** {@code True Connected: message}, or nothing. */
  String condition(String link, String type) {
    return link(link)
        .map(Link::getStatus)
        .map(LinkStatus::conditions)
        .flatMap(conditions -> Condition.find(conditions, type))
        .map(it -> it.status() + " " + it.reason() + ": " + it.message())
        .orElse("");
  }

  void gateway(String... ips) {
    Service gateway =
        new ServiceBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName(ObjectNames.GATEWAY_SERVICE)
            .endMetadata()
            .withNewSpec()
            .withType("LoadBalancer")
            .addNewPort()
            .withName("hbone")
            .withPort(15008)
            .endPort()
            .endSpec()
            .build();
    var resource = east.services().inNamespace(SYSTEM).withName(ObjectNames.GATEWAY_SERVICE);
    if (resource.get() == null) {
      east.resource(gateway).create();
    }
    resource.editStatus(service ->
        new ServiceBuilder(service)
            .withNewStatus()
            .withNewLoadBalancer()
            .withIngress(
                Arrays.stream(ips)
                    .map(ip -> new LoadBalancerIngressBuilder().withIp(ip).build())
                    .toList())
            .endLoadBalancer()
            .endStatus()
            .build());
  }

  void bundle(TrustBundle bundle) {
    east.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(ObjectNames.TRUST_BUNDLE)
                .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_OWN)
                .endMetadata()
                .addToData(ObjectNames.BUNDLE_TRUST_DOMAIN_KEY, bundle.trustDomain().name())
                .addToData(
                    ObjectNames.BUNDLE_JWKS_KEY,
                    new String(bundle.toJwks(), StandardCharsets.UTF_8))
                .build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
  }

  /** What east's proxies enforce of west's trust domain. */
  void enforced(TrustEnforcement.Reporter reporter) {
    var resource = east.resources(TrustDomain.class).withName("west");
    if (resource.get() == null) {
      TrustDomain domain = new TrustDomain();
      domain.setMetadata(new ObjectMetaBuilder().withName("west").build());
      domain.setSpec(TrustDomainSpec.linked("west.example", "west"));
      east.resource(domain).create();
    }
    TrustDomain stored = resource.get();
    stored.setStatus(
        new TrustDomainStatus(
            null,
            null,
            List.of(),
            null,
            null,
            List.of(),
            new TrustEnforcement(Map.of("east-0", reporter))));
    east.resource(stored).updateStatus();
  }

  /** The phase of west's own trust domain. */
  void phase(String phase) {
    var resource = west.resources(TrustDomain.class).withName("west");
    if (resource.get() == null) {
      TrustDomain domain = new TrustDomain();
      domain.setMetadata(new ObjectMetaBuilder().withName("west").build());
      domain.setSpec(TrustDomainSpec.own("west.example"));
      west.resource(domain).create();
    }
    TrustDomain stored = resource.get();
    stored.setStatus(new TrustDomainStatus(phase, null, List.of(), null, null, List.of(), null));
    west.resource(stored).updateStatus();
  }

  void export(String namespace, String name) {
    service(east, namespace, name, Map.of(Labels.EXPORTED, "true", "team", "shop"));
  }

  static void service(
      KubernetesClient client, String namespace, String name, Map<String, String> labels) {
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withName("http")
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  void unexport(String namespace, String name) {
    east.services()
        .inNamespace(namespace)
        .withName(name)
        .edit(service ->
            new ServiceBuilder(service)
                .editMetadata()
                .removeFromLabels(Labels.EXPORTED)
                .endMetadata()
                .build());
  }

  Optional<Service> mirror(String namespace, String name) {
    return Optional.ofNullable(west.services().inNamespace(namespace).withName(name).get());
  }

  /** {@code 192.0.2.1=true} for each endpoint of a mirror. */
  List<String> endpoints(String namespace, String mirror) {
    return west
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .withLabel(Labels.SERVICE_NAME, mirror)
        .list()
        .getItems()
        .stream()
        .map(EndpointSlice::getEndpoints)
        .flatMap(List::stream)
        .map(it -> it.getAddresses().getFirst() + "=" + it.getConditions().getReady())
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    stop();
    probe.close();
  }
}

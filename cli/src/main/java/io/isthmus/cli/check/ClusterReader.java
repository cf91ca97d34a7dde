package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.Unanswered;
import io.isthmus.cli.check.ClusterFacts.Install;
import io.isthmus.cli.check.ClusterFacts.Mesh;
import io.isthmus.cli.check.ClusterFacts.Network;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Crds;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads one cluster by calls that all run at once, each for {@link #LIMIT} at most. */
final class ClusterReader {
  /** Two rounds of it, contexts and then peers, stay under ten seconds. */
  static final Duration LIMIT = Duration.ofSeconds(4);

  private static final String DNS_NAMESPACE = "kube-system";
  static final String POOLS_CRD = "ipaddresspools.metallb.io";

  private static final ResourceDefinitionContext POOLS =
      new ResourceDefinitionContext.Builder()
          .withGroup("metallb.io")
          .withVersion("v1beta1")
          .withKind("IPAddressPool")
          .withPlural("ipaddresspools")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final String namespace;
  private final ExecutorService calls;

  ClusterReader(KubernetesClient client, String namespace, ExecutorService calls) {
    this.client = client;
    this.namespace = namespace;
    this.calls = calls;
  }

  /**
   * @param name for a cluster that does not tell its own
   * @param by how it is asked, for people
   */
  ClusterFacts read(String name, String by) {
    var server = call(this::server);
    var crds = call(this::crds);
    var deployments =
        call(() -> client.apps().deployments().inNamespace(namespace).list().getItems());
    var lease =
        call(() ->
            Optional.ofNullable(
                client
                    .leases()
                    .inNamespace(namespace)
                    .withName(ObjectNames.MIRROR_CONTROLLER_LEASE)
                    .get()));
    var webhook =
        call(() ->
            Optional.ofNullable(
                client
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName(ObjectNames.INJECTION_WEBHOOK)
                    .get()));
    var namespaces = call(() -> client.namespaces().list().getItems());
    var slices =
        call(() ->
            client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems());
    var refusal = call(() -> WebhookTry.refusal(client));
    var domains = call(() -> client.resources(TrustDomain.class).list().getItems());
    var links = call(() -> client.resources(Link.class).inNamespace(namespace).list().getItems());
    var services = call(() -> client.services().inAnyNamespace().list().getItems());
    var mirrors =
        call(() ->
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inAnyNamespace()
                .withLabel(Labels.MIRRORED, Labels.MIRRORED_TRUE)
                .list()
                .getItems());
    var ownBundle =
        call(() ->
            Optional.ofNullable(
                client
                    .configMaps()
                    .inNamespace(namespace)
                    .withName(ObjectNames.TRUST_BUNDLE)
                    .get()));
    var peerBundles =
        call(() ->
            client
                .configMaps()
                .inNamespace(namespace)
                .withLabel(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_PEER)
                .list()
                .getItems());
    var dns =
        call(() ->
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(DNS_NAMESPACE)
                .withLabel(Labels.SERVICE_NAME, "kube-dns")
                .list()
                .getItems());
    var corefile =
        call(() ->
            Optional.ofNullable(
                client.configMaps().inNamespace(DNS_NAMESPACE).withName("coredns").get()));
    var pools = call(this::pools);
    ClusterFacts facts =
        new ClusterFacts(
            name,
            by,
            namespace,
            new Install(
                server.join(),
                crds.join(),
                deployments.join(),
                lease.join(),
                webhook.join(),
                namespaces.join(),
                slices.join(),
                refusal.join()),
            new Mesh(
                domains.join(),
                links.join(),
                services.join(),
                mirrors.join(),
                ownBundle.join(),
                peerBundles.join()),
            new Network(dns.join(), corefile.join(), pools.join()));
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

  private <T> CompletableFuture<Reading<T>> call(Supplier<T> read) {
    return bounded(calls, read);
  }

  static <T> CompletableFuture<Reading<T>> bounded(ExecutorService calls, Supplier<T> read) {
    long began = System.nanoTime();
    return CompletableFuture.supplyAsync(read, calls)
        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .handle((value, failure) -> {
          Duration took = Duration.ofNanos(System.nanoTime() - began);
          return failure == null
              ? new Reading.Read<>(value, took)
              : new Reading.Unread<>(why(failure), took);
        });
  }

  private static String why(Throwable failure) {
    return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
        ? "no answer within %d s".formatted(LIMIT.toSeconds())
        : Unanswered.why(failure);
  }

  /** The version, and the clock by the Date of the same answer: to a second, as HTTP has it. */
  Server server() {
    var http = client.getHttpClient();
    Instant before = Instant.now();
    var answer =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(client.getConfiguration().getMasterUrl().replaceFirst("/?$", "/version"))
                    .build(),
                String.class)
            .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    Instant after = Instant.now();
    if (!answer.isSuccessful()) {
      throw new KubernetesClientException("GET /version", answer.code(), null);
    }
    var version =
        client
            .getKubernetesSerialization()
            .unmarshal(answer.body(), java.util.Map.class)
            .get("gitVersion");
    Duration ahead =
        answer.headers("Date").stream()
            .findFirst()
            .flatMap(ClusterReader::date)
            .map(date -> ahead(date, before, after))
            .orElse(Duration.ZERO);
    return new Server(String.valueOf(version), ahead);
  }

  /** Nothing, when the date may have been this machine's at any time between the two. */
  static Duration ahead(Instant date, Instant before, Instant after) {
    if (date.isAfter(after)) {
      return Duration.between(after, date);
    }
    Instant latest = date.plusSeconds(1);
    return latest.isBefore(before) ? Duration.between(before, latest) : Duration.ZERO;
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
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
    try {
      return client.genericKubernetesResources(POOLS).inAnyNamespace().list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return List.of();
      }
      throw e;
    }
  }
}

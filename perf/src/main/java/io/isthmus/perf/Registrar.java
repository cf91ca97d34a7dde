package io.isthmus.perf;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs on the destination's node, beside the API, {@code DIRECTORY}: does what an operator does to
 * the TrustDomain, and looks at what the control plane knows.
 */
final class Registrar {
  private static final Pattern ENFORCES =
      Pattern.compile("^trust perf/(\\S+) enforces perf\\.test=(\\d+)", Pattern.MULTILINE);
  private static final int POLL_MILLIS = 50;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Revokes a certificate that never was: a new generation under which nothing changes. */
  private static final String NOBODY = "0".repeat(64);

  private final KubernetesClient client;
  private final Path directory;
  private final HttpClient http = HttpClient.newHttpClient();

  private Registrar(KubernetesClient client, Path directory) {
    this.client = client;
    this.directory = directory;
  }

  static void main(String[] args) throws IOException {
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withMasterUrl(MeshCluster.API).build())
            .build()) {
      Registrar registrar = new Registrar(client, Path.of(args[0]));
      new Orders(
              Map.of(
                  "fleet", arguments -> registrar.fleet(Integer.parseInt(arguments.getFirst())),
                  "rotate", arguments -> registrar.rotate(arguments.getFirst()),
                  "issuer", _ -> registrar.issuer(),
                  "export-issuer", _ -> registrar.exportIssuer(),
                  "publish", _ -> registrar.publish(),
                  "acknowledged",
                      arguments -> registrar.acknowledged(Integer.parseInt(arguments.getFirst())),
                  "enforcing", _ -> registrar.enforcing(),
                  "revoke", arguments -> registrar.revoke(arguments.getFirst())))
          .serve();
    }
  }

  /** Service accounts and Pods of simulated proxies, and their tokens. */
  private String fleet(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String account = FleetAddresses.account(i);
      client
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName(account)
                  .withNamespace("perf")
                  .endMetadata()
                  .build())
          .create();
      client
          .resource(
              new PodBuilder()
                  .withMetadata(
                      new ObjectMetaBuilder()
                          .withName(account + "-1")
                          .withNamespace("perf")
                          .build())
                  .withNewSpec()
                  .withServiceAccountName(account)
                  .addNewContainer()
                  .withName("isthmus-proxy")
                  .withImage("registry.local/isthmus-proxy:1")
                  .endContainer()
                  .endSpec()
                  .withNewStatus()
                  .withPhase("Running")
                  .withPodIP(FleetAddresses.pod(i))
                  .addNewPodIP()
                  .withIp(FleetAddresses.pod(i))
                  .endPodIP()
                  .endStatus()
                  .build())
          .create();
      Provision.token(client, directory, account);
    }
    return Integer.toString(count);
  }

  private String rotate(String id) {
    patch("{\"spec\":{\"rotation\":{\"request\":\"Issuer\",\"id\":\"%s\"}}}".formatted(id));
    return "asked";
  }

  /** The SHA-256 of the certificate that signs now, as it is stored. */
  private String issuer() {
    return Fingerprint.of(Pem.decodeCertificates(stored("tls.crt")).getFirst());
  }

  private String exportIssuer() throws IOException {
    Files.writeString(directory.resolve("issuer-chain.pem"), stored("tls.crt"));
    Files.writeString(directory.resolve("issuer-key.pem"), stored("tls.key"));
    return "written";
  }

  private String stored(String key) {
    Secret secret =
        client.secrets().inNamespace("isthmus-system").withName("isthmus-issuer").require();
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  /** Asks for a new bundle generation; answers the sequence before it. */
  private String publish() throws IOException, InterruptedException {
    long before = enforced().values().stream().mapToLong(Long::longValue).max().orElse(0);
    List<String> revoked = own().getSpec().revoked();
    List<String> next =
        revoked.contains(NOBODY)
            ? revoked.stream().filter(sha256 -> !sha256.equals(NOBODY)).toList()
            : concatenated(revoked, NOBODY);
    patchRevoked(next);
    return Long.toString(before);
  }

  /**
   * Asks for a new bundle generation, and answers for each proxy the milliseconds from before that
   * until the control plane had its acknowledgement. Looked at every 50 ms.
   */
  private String acknowledged(int count) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long before = Long.parseLong(publish());
    Map<String, Long> millis = new HashMap<>();
    while (millis.size() < count) {
      long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      enforced()
          .forEach((pod, sequence) -> {
            if (sequence > before) {
              millis.putIfAbsent(pod, now);
            }
          });
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new IllegalStateException(
            "%d of %d acknowledged within 20 s; the page begins: %s"
                .formatted(
                    millis.size(),
                    count,
                    page().lines().limit(3).toList()
                        + " "
                        + page()
                            .lines()
                            .filter(line -> line.startsWith("trust"))
                            .limit(2)
                            .toList()));
      }
      Pause.millis(POLL_MILLIS);
    }
    return millis.values().stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private String page() throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(
                    URI.create("http://" + TestBed.DESTINATION_IP + ":15014/proxies"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private Map<String, Long> enforced() throws IOException, InterruptedException {
    String page = page();
    Map<String, Long> enforced = new HashMap<>();
    Matcher matcher = ENFORCES.matcher(page);
    while (matcher.find()) {
      enforced.put(matcher.group(1), Long.parseLong(matcher.group(2)));
    }
    return enforced;
  }

  /** How many enforce exactly the sequence and the digest that are handed out, by the status. */
  private String enforcing() {
    return Optional.ofNullable(own().getStatus())
        .map(TrustDomainStatus::enforcement)
        .flatMap(enforcement -> enforcement.reporters().values().stream().findFirst())
        .map(reporter -> Integer.toString(reporter.enforcing()))
        .orElse("0");
  }

  private String revoke(String sha256) {
    patchRevoked(concatenated(own().getSpec().revoked(), sha256));
    return "revoked";
  }

  private static List<String> concatenated(List<String> some, String more) {
    return Stream.concat(some.stream(), Stream.of(more)).toList();
  }

  private void patchRevoked(List<String> revoked) {
    patch(
        "{\"spec\":{\"revoked\":[%s]}}"
            .formatted(
                revoked.stream()
                    .map(sha256 -> "\"" + sha256 + "\"")
                    .collect(Collectors.joining(","))));
  }

  private TrustDomain own() {
    return client.resources(TrustDomain.class).withName("perf").require();
  }

  private void patch(String json) {
    client
        .resources(TrustDomain.class)
        .withName("perf")
        .patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }
}

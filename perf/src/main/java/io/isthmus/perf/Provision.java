package io.isthmus.perf;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainSpec.Managed;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.issuing.Issuer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;

/**
 * Runs on the destination's node, beside the API: {@code objects URL LEAF_LIFETIME} makes the
 * cluster's objects; {@code credentials URL DIRECTORY} writes the trust bundle and the workloads'
 * tokens to files.
 */
final class Provision {
  private static final int ATTEMPTS = 300;
  private static final Duration ONE_DAY = Duration.ofDays(1);

  private Provision() {}

  public static void main(String[] args) throws IOException {
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withMasterUrl(args[1]).build())
            .build()) {
      switch (args[0]) {
        case "objects" -> objects(client, args[2]);
        case "credentials" -> credentials(client, Path.of(args[2]));
        default ->
            throw new IllegalArgumentException(
                "unknown step '%s', expected objects or credentials".formatted(args[0]));
      }
    }
  }

  private static void objects(KubernetesClient client, String leafLifetime) throws IOException {
    Managed usual = Managed.standard();
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("perf").build());
    own.setSpec(
        new TrustDomainSpec(
            "perf.test",
            new TrustDomainSpec.Authority(
                new Managed(
                    usual.rootLifetime(),
                    usual.issuerLifetime(),
                    leafLifetime,
                    usual.rotateIssuerAt()),
                null),
            null,
            null));
    client.resource(own).create();
    try (InputStream yaml =
        Objects.requireNonNull(Provision.class.getResourceAsStream("cluster.yaml"))) {
      client.load(yaml).items().forEach(item -> client.resource(item).create());
    }
  }

  /**
   * A certificate of the caller for the load that shakes hands by itself, as the mesh issues it.
   */
  private static void svid(KubernetesClient client, Path directory) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Secret stored =
          client.secrets().inNamespace("isthmus-system").withName("isthmus-issuer").get();
      if (stored != null) {
        Issuer issuer =
            Issuer.fromPem(
                decoded(stored, "tls.crt"),
                decoded(stored, "tls.key"),
                io.isthmus.certs.TrustDomain.of("perf.test"),
                InstantSource.system());
        Svid svid =
            issuer.issueSvid(SpiffeId.parse("spiffe://perf.test/ns/perf/sa/caller"), ONE_DAY);
        Files.writeString(directory.resolve("load.pem"), Pem.encode(svid.chain()));
        Files.writeString(directory.resolve("load.p8"), Pem.encode(svid.privateKey()));
        return;
      }
      Pause.millis(100);
    }
    throw new BenchmarkFailure("the control plane stored no issuer within 30 s");
  }

  private static String decoded(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  /** Writes a token of a service account to {@code token-<account>}. */
  static void token(KubernetesClient client, Path directory, String account) throws IOException {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences("isthmus")
            .withExpirationSeconds(3600L)
            .endSpec()
            .build();
    String token =
        client
            .serviceAccounts()
            .inNamespace("perf")
            .withName(account)
            .tokenRequest(request)
            .getStatus()
            .getToken();
    Files.writeString(directory.resolve("token-" + account), token);
  }

  private static void credentials(KubernetesClient client, Path directory) throws IOException {
    for (String account : new String[] {"caller", "backend"}) {
      token(client, directory, account);
    }
    svid(client, directory);
    for (int i = 0; i < ATTEMPTS; i++) {
      ConfigMap bundle =
          client.configMaps().inNamespace("isthmus-system").withName("isthmus-trust-bundle").get();
      if (bundle != null) {
        Files.writeString(directory.resolve("bundle.json"), bundle.getData().get("bundle.json"));
        return;
      }
      Pause.millis(100);
    }
    throw new BenchmarkFailure("the control plane published no bundle within 30 s");
  }
}

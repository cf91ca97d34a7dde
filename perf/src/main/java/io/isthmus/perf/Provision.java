package io.isthmus.perf;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Runs on the destination's node, beside the API: {@code objects URL} makes the cluster's objects;
 * {@code credentials URL DIRECTORY} writes the trust bundle and the workloads' tokens to files.
 */
final class Provision {
  private static final int ATTEMPTS = 300;

  private Provision() {}

  public static void main(String[] args) throws IOException {
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withMasterUrl(args[1]).build())
            .build()) {
      switch (args[0]) {
        case "objects" -> objects(client);
        case "credentials" -> credentials(client, Path.of(args[2]));
        default ->
            throw new IllegalArgumentException(
                "unknown step '%s', expected objects or credentials".formatted(args[0]));
      }
    }
  }

  private static void objects(KubernetesClient client) throws IOException {
    try (InputStream yaml =
        Objects.requireNonNull(Provision.class.getResourceAsStream("cluster.yaml"))) {
      client.load(yaml).items().forEach(item -> client.resource(item).create());
    }
  }

  private static void credentials(KubernetesClient client, Path directory) throws IOException {
    for (String account : new String[] {"caller", "backend"}) {
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

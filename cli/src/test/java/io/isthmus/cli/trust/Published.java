package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.link.TwoServers;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** West's own bundle, as its control plane publishes it. */
public final class Published {
  private Published() {}

  public static void revoking(KubernetesClient west, long sequence, String... revoked) {
    write(
        west,
        new TrustBundle(
            TrustDomain.of("west.demo"),
            sequence,
            TrustBundle.DEFAULT_REFRESH_HINT,
            List.of(),
            Set.of(revoked)));
  }

  public static void write(KubernetesClient west, TrustBundle bundle) {
    west.resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(TwoServers.SYSTEM)
                .endMetadata()
                .build())
        .createOr(NonDeletingOperation::update);
    west.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(TwoServers.SYSTEM)
                .withName("isthmus-trust-bundle")
                .endMetadata()
                .withData(Map.of("bundle.json", new String(bundle.toJwks(), UTF_8)))
                .build())
        .create();
  }
}

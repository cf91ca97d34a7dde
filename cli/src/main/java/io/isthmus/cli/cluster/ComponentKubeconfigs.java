package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Kubeconfigs by which the components reach their own API server, as their service accounts. */
final class ComponentKubeconfigs {
  private static final Duration LIFE = Duration.ofDays(7);

  private final KubernetesClient admin;
  private final Path adminKubeconfig;
  private final Path directory;

  ComponentKubeconfigs(KubernetesClient admin, Path adminKubeconfig, Path directory) {
    this.admin = admin;
    this.adminKubeconfig = adminKubeconfig;
    this.directory = directory;
  }

  Path of(PodIdentity pod) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(pod.namespace())
            .withName(pod.serviceAccount())
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(LIFE.toSeconds())
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Path file = directory.resolve(pod.serviceAccount() + ".kubeconfig");
    Kubeconfigs.write(file, target(), token);
    return file;
  }

  private Kubeconfigs.Target target() {
    Config config = KubeConfigUtils.parseConfig(new File(adminKubeconfig.toString()));
    var cluster = config.getClusters().getFirst();
    String authority =
        Optional.ofNullable(cluster.getCluster().getCertificateAuthorityData())
            .map(data -> new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8))
            .orElse("");
    return new Kubeconfigs.Target(cluster.getName(), cluster.getCluster().getServer(), authority);
  }
}

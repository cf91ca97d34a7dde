package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.ClusterBuilder;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.NamedAuthInfoBuilder;
import io.fabric8.kubernetes.api.model.NamedClusterBuilder;
import io.fabric8.kubernetes.api.model.NamedContextBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Kubeconfig files with one cluster, one user and one context, all of the cluster's name. */
public final class Kubeconfigs {
  private Kubeconfigs() {}

  /**
   * A server to reach.
   *
   * @param certificateAuthority PEM; empty for plain HTTP
   */
  public record Target(String cluster, String url, String certificateAuthority) {}

  public static String yaml(Target target, String token) {
    ClusterBuilder cluster = new ClusterBuilder().withServer(target.url());
    if (!target.certificateAuthority().isEmpty()) {
      cluster.withCertificateAuthorityData(
          Base64.getEncoder()
              .encodeToString(
                  target.certificateAuthority().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    String name = target.cluster();
    return Serialization.asYaml(
        new ConfigBuilder()
            .withApiVersion("v1")
            .withKind("Config")
            .withClusters(
                new NamedClusterBuilder().withName(name).withCluster(cluster.build()).build())
            .withUsers(
                new NamedAuthInfoBuilder()
                    .withName(name)
                    .withUser(new AuthInfoBuilder().withToken(token).build())
                    .build())
            .withContexts(
                new NamedContextBuilder()
                    .withName(name)
                    .withNewContext()
                    .withCluster(name)
                    .withUser(name)
                    .endContext()
                    .build())
            .withCurrentContext(name)
            .build());
  }

  static void write(Path file, Target target, String token) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, yaml(target, token));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  public static KubernetesClient client(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(new File(kubeconfig.toString())))
        .build();
  }
}

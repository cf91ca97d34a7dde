package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.cli.install.Crds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Installs what an installation would: custom resource definitions, and the components' roles. */
final class Manifests {
  private static final List<String> ROLES =
      List.of(
          "charts/isthmus/files/rbac/control.yaml",
          "charts/isthmus/files/rbac/mirror-controller.yaml");

  private final Path root;
  private final KubernetesClient client;

  Manifests(Path root, KubernetesClient client) {
    this.root = root;
    this.client = client;
  }

  void install() {
    Crds.installMissing(client);
    ROLES.forEach(role -> apply(root.resolve(role)));
  }

  private void apply(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      for (HasMetadata object : client.load(in).items()) {
        client.resource(object).createOr(NonDeletingOperation::update);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}

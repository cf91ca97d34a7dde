package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The custom resource definitions that are generated in {@code api}. */
public final class Crds {
  private static final List<String> FILES = List.of("links.yaml", "trustdomains.yaml");

  private Crds() {}

  public static List<CustomResourceDefinition> all() {
    return FILES.stream().map(Crds::read).toList();
  }

  /** Those that the cluster does not have. */
  public static List<CustomResourceDefinition> missing(KubernetesClient client) {
    return all().stream().filter(crd -> client.resource(crd).get() == null).toList();
  }

  public static void installMissing(KubernetesClient client) {
    missing(client).forEach(crd -> client.resource(crd).create());
  }

  private static CustomResourceDefinition read(String file) {
    String path = "/META-INF/isthmus/crds/" + file;
    try (InputStream in =
        Objects.requireNonNull(Crds.class.getResourceAsStream(path), () -> path + " is missing")) {
      return Serialization.unmarshal(in, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}

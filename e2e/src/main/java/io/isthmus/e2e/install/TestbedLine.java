package io.isthmus.e2e.install;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a page's command line what is typed in the testbed: for these clusters, with images that
 * were built here.
 *
 * @param west the cluster that pages call so
 */
record TestbedLine(Path root, KubernetesCluster west, KubernetesCluster east) {
  private static final String REPOSITORY = "registry.example/isthmus";
  private static final String APPS = "e2e/src/main/resources/io/isthmus/e2e/install";

  /** For a line about one cluster. */
  static TestbedLine on(Path root, KubernetesCluster cluster) {
    return new TestbedLine(root, cluster, cluster);
  }

  /** The program's name, and its arguments. */
  List<String> of(String line) {
    List<String> typed = new ArrayList<>();
    boolean isOption = false;
    for (String word : line.replace(REPOSITORY, "localhost").split(" +")) {
      typed.addAll(word(word, isOption));
      isOption = word.startsWith("--");
    }
    typed.addAll(more(line));
    return typed;
  }

  /**
   * @param isValue of an option: a context has the name of a cluster here, a Link that of pages
   */
  private List<String> word(String word, boolean isValue) {
    return switch (word) {
      case "west" -> List.of(isValue ? west.name() : word);
      case "east" -> List.of(isValue ? east.name() : word);
      case "charts/isthmus", "charts/isthmus-gateway" -> List.of(root.resolve(word).toString());
      case "client.yaml", "hello.yaml" -> List.of(root.resolve(APPS).resolve(word).toString());
      case "curl" -> List.of(word, "-m", "3");
      default -> List.of(word);
    };
  }

  private List<String> more(String line) {
    String cluster = Commands.name(line.contains("context west") ? west : east);
    if (line.startsWith("isthmus install ")) {
      return List.of(
          "--cluster",
          cluster,
          "--trust-domain",
          cluster + ".e2e",
          "--image-tag",
          "e2e",
          "--image-pull-policy",
          "Never");
    }
    return line.startsWith("helm install ")
        ? List.of(
            "--set", "trustDomain=%s.e2e,image.tag=e2e,image.pullPolicy=Never".formatted(cluster))
        : List.of();
  }
}

package io.isthmus.e2e.install;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
    return Stream.concat(
            Stream.of(line.replace(REPOSITORY, "localhost").split(" +")).flatMap(this::word),
            more(line).stream())
        .toList();
  }

  private Stream<String> word(String word) {
    return switch (word) {
      case "west" -> Stream.of(west.name());
      case "east" -> Stream.of(east.name());
      case "charts/isthmus", "charts/isthmus-gateway" -> Stream.of(root.resolve(word).toString());
      case "client.yaml", "hello.yaml" -> Stream.of(root.resolve(APPS).resolve(word).toString());
      case "curl" -> Stream.of(word, "-m", "3");
      default -> Stream.of(word);
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

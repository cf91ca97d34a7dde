package io.isthmus.e2e.images;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image as the build left it.
 *
 * @param id without {@code isthmus-}
 */
public record ImageArchive(Path root, String id, Start start) {

  /** How what is in it is started. */
  enum Start {
    CACHED,
    UNCACHED,
    NO_JAVA
  }

  public static List<ImageArchive> all(Path root) {
    return List.of(
        new ImageArchive(root, "capture", Start.NO_JAVA),
        new ImageArchive(root, "sidecar", Start.CACHED),
        new ImageArchive(root, "gateway", Start.CACHED),
        new ImageArchive(root, "control", Start.UNCACHED),
        new ImageArchive(root, "mirror-controller", Start.UNCACHED));
  }

  /** What is missing of them, and the remedy; empty: nothing. */
  public static Optional<String> lacks(Path root) {
    return all(root).stream()
        .filter(image -> !Files.isReadable(image.file()))
        .findFirst()
        .map(image -> image.file() + " is missing: Go, binutils and Debian's apt-get build it");
  }

  boolean isProcess() {
    return start != Start.NO_JAVA;
  }

  /** Name of the image; all are built with one tag. */
  String name() {
    return "localhost/isthmus-%s:e2e".formatted(id);
  }

  public Path file() {
    return root.resolve("images/target/isthmus-%s.tar".formatted(id));
  }

  /** Runs a command in the root of its files, unpacked on the node. */
  String look(KubernetesCluster cluster, String command) {
    String mount = "/run/isthmus-image-" + id;
    return cluster.onNode(
        "sh",
        "-ec",
        """
        mkdir -p %1$s
        ctr -n k8s.io images mount %2$s %1$s >/dev/null
        trap 'ctr -n k8s.io images unmount --rm %1$s >/dev/null' EXIT
        (cd %1$s; %3$s)
        """
            .formatted(mount, name(), command));
  }
}

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
public record ImageArchive(Path root, String id) {
  private static final String CAPTURE = "capture";

  public static List<ImageArchive> all(Path root) {
    return List.of(
        new ImageArchive(root, CAPTURE),
        new ImageArchive(root, "sidecar"),
        new ImageArchive(root, "gateway"),
        new ImageArchive(root, "control"),
        new ImageArchive(root, "mirror-controller"));
  }

  /** What is missing of them, and the remedy; empty: nothing. */
  public static Optional<String> lacks(Path root) {
    return all(root).stream()
        .filter(image -> !Files.isReadable(image.file()))
        .findFirst()
        .map(image -> image.file() + " is missing: Go, binutils and Debian's apt-get build it");
  }

  boolean isProcess() {
    return !id.equals(CAPTURE);
  }

  /** Name of the image; all are built with one tag. */
  String name() {
    return "localhost/isthmus-%s:e2e".formatted(id);
  }

  public Path file() {
    return root.resolve("images/target/isthmus-%s.tar".formatted(id));
  }

  /** What jq finds in its configuration, to which index and manifest lead. */
  String configuration(KubernetesCluster cluster, String query) {
    return cluster.onNode(
        "sh",
        "-ec",
        """
        blob() { tar -xOf "$1" "blobs/sha256/${2#sha256:}"; }
        manifest=$(tar -xOf "$1" index.json | jq -r '.manifests[0].digest')
        configuration=$(blob "$1" "$manifest" | jq -r .config.digest)
        blob "$1" "$configuration" | jq -r "$2"
        """,
        "sh",
        file().toString(),
        query);
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

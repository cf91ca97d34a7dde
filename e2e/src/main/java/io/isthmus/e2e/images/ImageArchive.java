package io.isthmus.e2e.images;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.List;

/**
 * An image as the build left it.
 *
 * @param id without {@code isthmus-}
 * @param cached whether it starts from an AOT cache
 */
record ImageArchive(Path root, String id, boolean cached) {

  static List<ImageArchive> all(Path root) {
    return List.of(
        new ImageArchive(root, "sidecar", true),
        new ImageArchive(root, "gateway", true),
        new ImageArchive(root, "control", false),
        new ImageArchive(root, "mirror-controller", false));
  }

  /** Name of the image; the suite builds all with one tag. */
  String name() {
    return "localhost/isthmus-%s:e2e".formatted(id);
  }

  Path file() {
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

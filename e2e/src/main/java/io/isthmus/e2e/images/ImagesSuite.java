package io.isthmus.e2e.images;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images, alone and as a mesh, under Pod Security {@code restricted}. */
public final class ImagesSuite implements Suite {
  private static final String CLUSTER = "images";

  private final Path root;

  public ImagesSuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "images";
  }

  @Override
  public String description() {
    return "the container images on a real node: contents, restricted Pods, a mesh of them, injected Pods";
  }

  @Override
  public Optional<String> lacks() {
    return KubernetesCluster.lacks().or(() -> ImageArchive.lacks(root));
  }

  @Override
  public void run(Scenarios scenarios) {
    List<ImageArchive> images = ImageArchive.all(root);
    try (KubernetesCluster cluster = new KubernetesCluster(root, CLUSTER)) {
      scenarios.stage("bring up a cluster with a node", cluster::up);
      scenarios.stage(
          "import the images", () -> images.forEach(image -> cluster.importImage(image.file())));
      new Contents(cluster, images).run(scenarios);
      new MeshOfImages(root, cluster, images).run(scenarios);
      new InjectedPods(cluster).run(scenarios);
    }
  }
}

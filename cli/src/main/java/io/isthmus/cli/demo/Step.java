package io.isthmus.cli.demo;

/** One thing that happens in the story: done, asserted, and then shown. */
interface Step {
  /** For a message when it fails: completes "failed to ...". */
  String aim();

  /** Throws {@link io.isthmus.cli.cluster.ClusterException} with what was seen instead. */
  Told run(DemoMesh mesh);
}

package io.isthmus.e2e.apps;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.install.Clusters;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.util.Optional;

/** Unmodified applications across two real clusters. */
public final class AppsSuite implements Suite {
  private final Path root;

  public AppsSuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "apps";
  }

  @Override
  public String description() {
    return "nginx, PostgreSQL, gRPC, a CronJob, a StatefulSet: unmodified, across two real"
        + " clusters";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root).or(AppImages::lacks);
  }

  @Override
  public void run(Scenarios scenarios) {
    Path scratch = Workspace.create(root).scratch();
    try (Clusters clusters = Clusters.ofTwo(root)) {
      clusters.up(scenarios);
      scenarios.stage(
          "pack the applications' images",
          () ->
              new AppImages(root, scratch)
                  .pack()
                  .forEach(image -> clusters.all().forEach(each -> each.importImage(image))));
      clusters.link(scenarios);
      new Unmodified(clusters.west(), clusters.east()).run(scenarios);
    }
  }
}

package io.isthmus.e2e.story;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.util.List;

/** From two empty clusters to a call across, then everything that may go wrong on the way. */
public final class StorySuite implements Suite {
  private final Path root;

  public StorySuite(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "story";
  }

  @Override
  public String description() {
    return "two real API servers with overlapping ranges: link, export, call, refuse, break, heal";
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    try (Internet internet = new Internet();
        Mesh mesh =
            Mesh.start(
                scenarios,
                internet,
                workspace,
                List.of(
                    new Cluster.Member("west", 1, "client"),
                    new Cluster.Member("east", 2, "hello")))) {
      scenarios.stage("start the apps", () -> mesh.start(mesh.clusters(), Cluster::startApp));
      scenarios.stage("capture the client's outbound traffic", mesh.west()::captureOutbound);
      new Crossing(mesh).run(scenarios);
      new Refusals(mesh).run(scenarios);
      new EnvoyInterop(mesh).run(scenarios);
      new Trouble(mesh).run(scenarios);
    }
  }
}

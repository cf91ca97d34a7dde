package io.isthmus.e2e.trust;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What goes wrong while authorities are rotated, in every phase, under calls in all directions. */
public final class ChaosSuite implements Suite {
  /** A control plane that is killed has to be back, and asked, within half of it. */
  static final Duration LEAF_LIFETIME = Duration.ofSeconds(30);

  private static final int LONG_SECONDS = 4;
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Path root;
  private final Form form;

  private enum Form {
    SHORT,
    LONG
  }

  public ChaosSuite(Path root) {
    this(root, Form.SHORT);
  }

  private ChaosSuite(Path root, Form form) {
    this.root = root;
    this.form = form;
  }

  @Override
  public String name() {
    return "trust-chaos";
  }

  @Override
  public String description() {
    return "kills, edits and outages while authorities are rotated; --long: each in every phase";
  }

  @Override
  public Optional<Suite> with(String option) {
    return option.equals("--long")
        ? Optional.of(new ChaosSuite(root, Form.LONG))
        : Optional.empty();
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    try (Internet internet = new Internet();
        LinkedMesh mesh =
            LinkedMesh.start(
                scenarios,
                internet,
                workspace,
                List.of(
                    LinkedMesh.member("west", 1, LEAF_LIFETIME),
                    LinkedMesh.member("east", 2, LEAF_LIFETIME)));
        Watch watch = Watch.start(mesh, LONG_SECONDS)) {
      scenarios.stage("calls in both directions", () -> LockSupport.parkNanos(WARM_UP.toNanos()));
      Chaos chaos = new Chaos(scenarios, mesh, watch);
      switch (form) {
        case SHORT -> chaos.some();
        case LONG -> chaos.all();
      }
    }
    if (form == Form.LONG) {
      new WrongClock(workspace).run(scenarios);
    }
  }
}

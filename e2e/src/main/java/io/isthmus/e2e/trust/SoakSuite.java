package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Rotates issuers and roots under load: nothing may fail. */
public final class SoakSuite implements Suite {
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Path root;
  private final SoakForm form;

  public SoakSuite(Path root) {
    this(root, SoakForm.SHORT);
  }

  private SoakSuite(Path root, SoakForm form) {
    this.root = root;
    this.form = form;
  }

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String description() {
    return "issuers and roots are rotated under load, and nothing fails; --long: three clusters,"
        + " every issuer, every root; --negative-control: with the guards off it must fail";
  }

  @Override
  public Optional<Suite> with(String option) {
    return switch (option) {
      case "--long" -> Optional.of(new SoakSuite(root, SoakForm.LONG));
      case "--negative-control" -> Optional.of(new NegativeControlSuite(root));
      default -> Optional.empty();
    };
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    try (Internet internet = new Internet();
        LinkedMesh mesh = LinkedMesh.start(scenarios, internet, workspace, members(form))) {
      SoakResult result = soak(scenarios, mesh);
      scenarios.scenario(
          "%d requests, %d sessions and %d transactions: none failed, as clients count"
              .formatted(result.requests(), result.sessions(), result.transactions()),
          () -> mustBeNone(result.clientFailures()));
      scenarios.scenario(
          "%d handshakes and %d connections: none failed, as proxies count"
              .formatted(result.handshakes(), result.connections()),
          () -> mustBeNone(result.proxyFailures()));
      scenarios.scenario(
          "the load was constant: " + result.rates(), () -> mustBeNone(result.slack()));
    }
  }

  private SoakResult soak(Scenarios scenarios, LinkedMesh mesh) {
    try (Soak soak = Soak.start(scenarios, mesh, form)) {
      for (SoakForm.Step step : form.rotations()) {
        RotationWish wish =
            new RotationWish(
                mesh.mesh().cluster(step.cluster()), step.kind(), "soak-" + step.kind());
        scenarios.scenario(
            "the %s is rotated under load, to Steady".formatted(wish), () -> rotate(wish));
      }
      return soak.end();
    }
  }

  static List<Cluster.Member> members(SoakForm form) {
    List<Cluster.Member> members = new ArrayList<>();
    for (String name : form.clusters()) {
      members.add(LinkedMesh.member(name, members.size() + 1, form.leafLifetime()));
    }
    return members;
  }

  private void rotate(RotationWish wish) {
    wish.ask();
    Duration limit = form.leafLifetime().multipliedBy(4).plusSeconds(120);
    Eventually.holds(
        limit,
        () -> {
          RotationStatus status = RotationStatus.of(wish.cluster());
          return status.isOver(wish) ? "" : status.toString();
        });
  }

  private static void mustBeNone(List<String> failures) {
    if (!failures.isEmpty()) {
      throw new AssertionError(
          "%d lines of failures:%n%s".formatted(failures.size(), String.join("\n", failures)));
    }
  }

  static void warmUp() {
    LockSupport.parkNanos(WARM_UP.toNanos());
  }
}

package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Site;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The soak with the guards off: a careless operator replaces the root by deleting it, so that the
 * old anchor is gone at once. It must be seen to fail, else a soak without failures says nothing.
 */
final class NegativeControlSuite implements Suite {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path root;

  NegativeControlSuite(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "soak --negative-control";
  }

  @Override
  public String description() {
    return "the soak with the old anchor removed at once, which must fail";
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    SoakForm form = SoakForm.SHORT;
    try (Internet internet = new Internet();
        LinkedMesh mesh =
            LinkedMesh.start(scenarios, internet, workspace, SoakSuite.members(form))) {
      SoakResult result = soak(scenarios, mesh, form);
      scenarios.scenario(
          "the soak counts failed requests or sessions: %d lines"
              .formatted(result.clientFailures().size()),
          () -> mustBeSome("clients", result.clientFailures()));
      scenarios.scenario(
          "the soak counts failures of proxies: %d series".formatted(result.proxyFailures().size()),
          () -> mustBeSome("proxies", result.proxyFailures()));
      scenarios.scenario(
          "and names the cause: a chain that no anchor vouches for",
          () -> mustBeSome("proxies", refusedChains(result)));
    }
  }

  private static SoakResult soak(Scenarios scenarios, LinkedMesh mesh, SoakForm form) {
    try (Soak soak = Soak.start(scenarios, mesh, form)) {
      Site west = mesh.mesh().west().site();
      scenarios.stage("replace west's root without a rotation", () -> replaceRoot(west));
      // in a leaf's life all leaves come from the new root
      LockSupport.parkNanos(form.leafLifetime().toNanos());
      return soak.end();
    }
  }

  private static void replaceRoot(Site west) {
    String before =
        west.kubectl("get", "trustdomain", "west", "-o", "jsonpath={.status.issuer.sha256}");
    west.kubectl("delete", "secret", "isthmus-root", "isthmus-issuer", "-n", Cluster.SYSTEM);
    Eventually.holds(
        LIMIT,
        () -> {
          String now =
              west.kubectl("get", "trustdomain", "west", "-o", "jsonpath={.status.issuer.sha256}");
          return now.equals(before) ? "west's issuer is still " + now : "";
        });
  }

  private static List<String> refusedChains(SoakResult result) {
    return result.proxyFailures().stream()
        .filter(series -> series.contains("peer_untrusted_chain"))
        .toList();
  }

  private static void mustBeSome(String who, List<String> failures) {
    if (failures.isEmpty()) {
      throw new AssertionError(
          "%s count no failure, expected some: the soak sees nothing".formatted(who));
    }
    failures.stream().limit(6).forEach(line -> System.out.println("          " + line));
  }
}

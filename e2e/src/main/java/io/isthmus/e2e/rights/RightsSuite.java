package io.isthmus.e2e.rights;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.mesh.OfflineRoot;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Two clusters' lives, one with a root of its own and one with an operator's issuers. */
public final class RightsSuite implements Suite {
  private static final Duration LEAF_LIFETIME = Duration.ofSeconds(20);

  /** What is needed in a situation that no life here comes into, and which one that is. */
  private static final Map<String, String> NEEDED_ELSEWHERE =
      Map.of(
          "isthmus-control: update configmaps in isthmus-system",
          "bundles that are fetched from federated trust domains: FederatedControlPlanesIT");

  private final Path root;

  public RightsSuite(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "rights";
  }

  @Override
  public String description() {
    return "what components may do at the API server is what its audit log says they did";
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    OfflineRoot offline = OfflineRoot.create("east.e2e");
    try (Internet internet = new Internet();
        Mesh mesh =
            Mesh.start(
                scenarios,
                internet,
                workspace,
                List.of(
                    new Cluster.Member(
                        "west", 1, "client", new Cluster.ShortLived(LEAF_LIFETIME), Duration.ZERO),
                    new Cluster.Member(
                        "east",
                        2,
                        "hello",
                        new Cluster.Shared(offline, LEAF_LIFETIME),
                        Duration.ZERO)))) {
      Life life = new Life(mesh, offline);
      life.together(scenarios);
      List<Use> together = uses(mesh);
      Set<Grant> granted = granted(mesh);
      life.apart(scenarios);
      compare(scenarios, granted, together, uses(mesh));
    }
  }

  /**
   * @param together before the clusters parted, which takes rights back from those that still ask
   */
  private static void compare(
      Scenarios scenarios, Set<Grant> granted, List<Use> together, List<Use> all) {
    scenarios.scenario(
        "no component was denied anything",
        () -> mustBeNone(together.stream().filter(Use::isDenied)));
    List<Use> done = all.stream().filter(use -> !use.isDenied()).toList();
    for (String account : granted.stream().map(Grant::account).distinct().sorted().toList()) {
      scenarios.scenario(
          account + " is granted nothing that it did not use",
          () ->
              mustBeNone(
                  granted.stream()
                      .filter(grant -> grant.account().equals(account))
                      .filter(grant -> !NEEDED_ELSEWHERE.containsKey(grant.toString()))
                      .filter(grant -> !grant.isNeeded(granted, done))));
    }
    scenarios.scenario(
        "what is needed elsewhere alone is granted, and was not used here",
        () ->
            mustBeNone(
                NEEDED_ELSEWHERE.keySet().stream()
                    .filter(named ->
                        granted.stream()
                            .filter(grant -> grant.toString().equals(named))
                            .allMatch(grant -> grant.isNeeded(granted, done)))));
  }

  private static Set<Grant> granted(Mesh mesh) {
    Set<Grant> all = new LinkedHashSet<>();
    mesh.clusters().forEach(cluster -> all.addAll(Grant.of(cluster.site())));
    return all;
  }

  private static List<Use> uses(Mesh mesh) {
    return mesh.clusters().stream()
        .flatMap(cluster -> Use.of(cluster.site()).stream())
        .distinct()
        .toList();
  }

  private static void mustBeNone(Stream<?> found) {
    List<String> lines = found.map(Object::toString).toList();
    if (!lines.isEmpty()) {
      throw new AssertionError(String.join("\n", lines));
    }
  }
}

package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.mesh.Together;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clusters that are all linked with each other, each with a Service {@code load} that all others
 * see, and that captured calls to its mirrors reach: HTTP, PostgreSQL, sessions.
 */
final class LinkedMesh implements AutoCloseable {
  static final int HTTP = 80;
  static final int SESSIONS = 9000;
  private static final String WORKLOAD = "hello";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Mesh mesh;
  private final Map<Pair, String> mirrors = new ConcurrentHashMap<>();

  private LinkedMesh(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Two clusters, in this order. */
  record Pair(Cluster from, Cluster to) {
    @Override
    public String toString() {
      return from.site().name() + " to " + to.site().name();
    }
  }

  static Cluster.Member member(String name, int index, Duration leafLifetime) {
    return member(name, index, leafLifetime, Duration.ZERO);
  }

  /** As {@code member}, with clocks that are ahead by {@code clock}. */
  static Cluster.Member member(String name, int index, Duration leafLifetime, Duration clock) {
    return new Cluster.Member(name, index, WORKLOAD, new Cluster.ShortLived(leafLifetime), clock);
  }

  /** One of several under the same root. */
  static Cluster.Member member(String name, int index, Cluster.Shared authority) {
    return new Cluster.Member(name, index, WORKLOAD, authority, Duration.ZERO);
  }

  static LinkedMesh start(
      Scenarios scenarios, Internet internet, Workspace workspace, List<Cluster.Member> members) {
    Mesh mesh = Mesh.start(scenarios, internet, workspace, members);
    LinkedMesh linked = new LinkedMesh(mesh);
    try {
      scenarios.stage(
          "export a Service in each cluster, with its apps",
          () -> Together.each(mesh.clusters(), linked::furnish));
      scenarios.stage("link every pair of clusters", linked::link);
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    return linked;
  }

  Mesh mesh() {
    return mesh;
  }

  /** A cluster more, linked with those that are there. */
  Cluster join(Cluster.Member member) {
    List<Cluster> present = List.copyOf(mesh.clusters());
    Cluster joined = mesh.join(member);
    furnish(joined);
    present.forEach(other -> link(new Pair(other, joined)));
    present.forEach(other -> awaitMirror(new Pair(other, joined)));
    present.forEach(other -> awaitMirror(new Pair(joined, other)));
    return joined;
  }

  /** All directed ones. */
  List<Pair> pairs() {
    return mesh.clusters().stream()
        .flatMap(from ->
            mesh.clusters().stream().filter(to -> !to.equals(from)).map(to -> new Pair(from, to)))
        .toList();
  }

  /** Where {@code from} reaches the Service of {@code to}: the mirror's cluster IP. */
  String mirror(Pair pair) {
    return Objects.requireNonNull(mirrors.get(pair), pair::toString);
  }

  private void furnish(Cluster cluster) {
    cluster.site().mountBundle();
    cluster.captureOutbound();
    cluster
        .site()
        .apply(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: load, namespace: shop, labels: {mirror.isthmus.io/exported: "true"}}
            spec:
              selector: {app: %s}
              ports:
              - {name: http, port: %d, targetPort: 8080}
              - {name: postgres, port: %d, targetPort: %d}
              - {name: sessions, port: %d, targetPort: %d}
            """
                .formatted(WORKLOAD, HTTP, Database.PORT, Database.PORT, SESSIONS, SESSIONS));
    SessionServers.start(cluster);
  }

  private void link() {
    List<Cluster> all = mesh.clusters();
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        link(new Pair(all.get(i), all.get(j)));
      }
    }
    pairs().forEach(this::awaitMirror);
  }

  private void link(Pair pair) {
    mesh.isthmus(
        "link", "create", "--from", pair.from().site().name(), "--to", pair.to().site().name());
  }

  private void awaitMirror(Pair pair) {
    String name = "load-" + pair.to().site().name();
    String gateway = pair.to().site().addresses().publicAddress();
    Eventually.holds(
        LIMIT,
        () -> {
          String endpoints = endpoints(pair.from(), name);
          return endpoints.equals(gateway + "=true")
              ? ""
              : "%s: endpoints of %s: '%s'".formatted(pair, name, endpoints);
        });
    mirrors.put(
        pair,
        pair.from()
            .site()
            .kubectl("get", "service", name, "-n", "shop", "-o", "jsonpath={.spec.clusterIP}"));
  }

  private static String endpoints(Cluster cluster, String service) {
    return cluster
        .site()
        .kubectl(
            "get",
            "endpointslices",
            "-n",
            "shop",
            "-l",
            "kubernetes.io/service-name=" + service,
            "-o",
            "jsonpath={range .items[*].endpoints[*]}{.addresses[0]}={.conditions.ready} {end}")
        .strip();
  }

  /** All mirrors that {@code from} sees, by the other cluster's name. */
  Map<String, String> mirrorsIn(Cluster from) {
    Map<String, String> found = new TreeMap<>();
    mirrors.forEach((pair, address) -> {
      if (pair.from().equals(from)) {
        found.put(pair.to().site().name(), address);
      }
    });
    return found;
  }

  @Override
  public void close() {
    mesh.close();
  }
}

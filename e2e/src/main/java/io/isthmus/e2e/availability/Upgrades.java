package io.isthmus.e2e.availability;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * From N to N+1 and back, by {@code isthmus upgrade}, one cluster after the other. N+1 is the same
 * images under another tag: every Pod of the mesh is replaced, no code changes.
 *
 * @param calls that go on meanwhile, from {@code west} to {@code east}
 */
record Upgrades(
    Commands commands, CountedCalls calls, KubernetesCluster west, KubernetesCluster east) {
  private static final String TAG = "e2e";
  private static final String NEXT = "e2e-next";
  private static final List<String> IMAGES =
      List.of("control", "mirror-controller", "gateway", "sidecar", "capture");

  void run(Scenarios scenarios) {
    scenarios.stage("tag the images anew, as those of the next version", this::tag);
    String mirror = uid();
    scenarios.scenario("isthmus upgrade, in both clusters", () -> change(NEXT));
    scenarios.scenario(
        "isthmus check names the Pods whose sidecars are of the version before", this::outdated);
    scenarios.scenario("and back, in both clusters", () -> change(TAG));
    scenarios.scenario(
        "the mirror is the one that was there before",
        () -> {
          if (!uid().equals(mirror)) {
            throw new AssertionError("Service hello-east was " + mirror + ", is " + uid());
          }
        });
  }

  private void outdated() {
    List<JsonNode> found =
        new CheckResults(
                commands.operator(), List.of("--context", west.name(), "--context", east.name()))
            .notWell("install.sidecars");
    CheckResults.mustBe(
        found.size() == 2
            && found.stream()
                .allMatch(each ->
                    each.path("object").asString().startsWith("Pods shop/")
                        && each.path("seen").asString().contains("new ones of " + NEXT)),
        "those of shop are named in both clusters: " + found);
  }

  private void tag() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      for (String image : IMAGES) {
        String name = "localhost/isthmus-%s:".formatted(image);
        cluster.onNode("ctr", "-n", "k8s.io", "images", "tag", name + TAG, name + NEXT);
      }
    }
  }

  private void change(String tag) {
    for (KubernetesCluster cluster : List.of(west, east)) {
      commands.upgrade(cluster, tag);
      Stream.of(
              Component.control(cluster),
              Component.mirrorController(cluster),
              Component.gateway(cluster))
          .forEach(component -> runs(component, tag));
    }
    calls.awaitMore(20);
    calls.noneFailed();
  }

  /** Pods that end meanwhile are of the other tag: they are listed until they are gone. */
  private static void runs(Component component, String tag) {
    String expected = "localhost/%s:%s".formatted(component.name(), tag);
    if (!component.images().contains(expected)) {
      throw new AssertionError(
          "%s runs %s, expected %s".formatted(component.name(), component.images(), expected));
    }
  }

  private String uid() {
    return west.kubectl(
        "get", "service", "hello-east", "-n", Commands.SHOP, "-o", "jsonpath={.metadata.uid}");
  }
}

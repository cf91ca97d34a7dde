package io.isthmus.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.DemoProcess;
import io.isthmus.cli.cluster.Installation;
import io.isthmus.cli.cluster.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story that {@code isthmus demo --once} tells, on the embedded API; then {@code kill -9} of
 * each process in turn, as its supervisor would restart it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path directory;

  private DemoMesh mesh;

  @SuppressWarnings("NullAway.Init")
  DemoIT() {}

  @BeforeAll
  void start() throws IOException {
    BuiltProcesses.assumeAll(Installation.current());
    mesh = DemoMesh.in(directory, ApiKind.EMBEDDED, Installation.current());
    mesh.start();
  }

  @AfterAll
  void leavesNothingRunning() {
    if (mesh != null) {
      mesh.close();
      assertThat(mesh.processes()).hasSize(12).noneMatch(DemoProcess::isAlive);
    }
  }

  @Test
  @Order(1)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void tellsTheWholeStory() {
    List<Story.Chapter> story = Story.run(mesh, _ -> {});
    assertThat(story).hasSize(7);
    assertThat(told(story, 0).line()).contains("linked").contains("west.demo", "east.demo");
    assertThat(told(story, 1).line()).contains("mirror.isthmus.io/exported=true");
    assertThat(told(story, 2).line()).contains("hello-east").contains("127.2.0.2");
    assertThat(told(story, 3).evidence()).contains("hello from pod hello-1 in cluster east");
    LogLine destination = LogLine.parse(told(story, 4).evidence().getFirst()).orElseThrow();
    assertThat(destination.get("src.identity")).isEqualTo("spiffe://west.demo/ns/shop/sa/client");
    assertThat(destination.get("direction")).isEqualTo("inbound");
    assertThat(destination.get("dst.service")).isEqualTo("shop/hello:80");
    LogLine refused = LogLine.parse(told(story, 5).evidence().getLast()).orElseThrow();
    assertThat(refused.get("src.identity")).isEqualTo("spiffe://west.demo/ns/shop/sa/client");
    assertThat(refused.get("end")).isEqualTo("denied");
    assertThat(refused.get("detail"))
        .isEqualTo(
            "not exported: internal.shop.svc.cluster.local:80 is not in the exports to west.demo");
    assertThat(told(story, 6).evidence().getFirst()).contains("fatal alert");
  }

  private static Told told(List<Story.Chapter> story, int index) {
    return story.get(index).told();
  }

  @Test
  @Order(2)
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void convergesAfterEachKillWithNothingLost() {
    String mirror = uid("hello-east");
    String link = linkUid();
    for (DemoProcess process : mesh.processes()) {
      process.kill();
      assertThat(process.isAlive()).as(process.name()).isFalse();

      process.restart().awaitReady(PATIENCE);

      await(process.name() + " was killed and is back: the call succeeds again")
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(mesh.caller().get(CallAcross.URL))
                  .isEqualTo(new Caller.Outcome(true, CallAcross.ANSWER)));
      assertThat(uid("hello-east")).as("after %s", process.name()).isEqualTo(mirror);
      assertThat(linkUid()).as("after %s", process.name()).isEqualTo(link);
    }
    followsChangesStill();
  }

  /** Every controller is back at work, not only the data path. */
  private void followsChangesStill() {
    Exports.withdraw(mesh.east(), "hello");
    await("hello-east goes with its export")
        .atMost(PATIENCE)
        .until(() -> find("hello-east") == null);
    Exports.export(mesh.east(), "hello");
    await("hello-east is back and answers")
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(mesh.caller().get(CallAcross.URL).said()).isEqualTo(CallAcross.ANSWER));
  }

  private String uid(String service) {
    Service found = find(service);
    return found == null ? "gone" : found.getMetadata().getUid();
  }

  private @Nullable Service find(String service) {
    return mesh.west().client().services().inNamespace(Workload.NAMESPACE).withName(service).get();
  }

  private String linkUid() {
    return mesh.west()
        .client()
        .resources(Link.class)
        .inNamespace(ObjectNames.SYSTEM_NAMESPACE)
        .withName("east")
        .get()
        .getMetadata()
        .getUid();
  }
}

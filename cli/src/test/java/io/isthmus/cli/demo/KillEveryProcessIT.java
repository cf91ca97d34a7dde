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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of each process in turn, as its supervisor would restart it. */
class KillEveryProcessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void convergesAfterEachWithNothingLost() throws IOException {
    BuiltProcesses.assumeAll(Installation.current());
    try (DemoMesh mesh = DemoMesh.in(directory, ApiKind.EMBEDDED, Installation.current())) {
      mesh.start();
      Story.run(mesh, _ -> {});
      String mirror = uid(mesh, "hello-east");
      String link = linkUid(mesh);
      for (DemoProcess process : mesh.processes()) {
        process.kill();
        assertThat(process.isAlive()).as(process.name()).isFalse();

        process.restart().awaitReady(PATIENCE);

        await(process.name() + " was killed and is back: the call succeeds again")
            .atMost(PATIENCE)
            .untilAsserted(() ->
                assertThat(mesh.caller().get(CallAcross.URL))
                    .isEqualTo(new Caller.Outcome(true, CallAcross.ANSWER)));
        assertThat(uid(mesh, "hello-east")).as("after %s", process.name()).isEqualTo(mirror);
        assertThat(linkUid(mesh)).as("after %s", process.name()).isEqualTo(link);
      }
      followsChangesStill(mesh);
    }
  }

  /** Every controller is back at work, not only the data path. */
  private static void followsChangesStill(DemoMesh mesh) {
    Exports.withdraw(mesh.east(), "hello");
    await("hello-east goes with its export")
        .atMost(PATIENCE)
        .until(() -> find(mesh, "hello-east") == null);
    Exports.export(mesh.east(), "hello");
    await("hello-east is back and answers")
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(mesh.caller().get(CallAcross.URL).said()).isEqualTo(CallAcross.ANSWER));
  }

  private static String uid(DemoMesh mesh, String service) {
    Service found = find(mesh, service);
    return found == null ? "gone" : found.getMetadata().getUid();
  }

  private static @Nullable Service find(DemoMesh mesh, String service) {
    return mesh.west().client().services().inNamespace(Workload.NAMESPACE).withName(service).get();
  }

  private static String linkUid(DemoMesh mesh) {
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

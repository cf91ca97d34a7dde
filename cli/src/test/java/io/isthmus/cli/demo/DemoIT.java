package io.isthmus.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.DemoProcess;
import io.isthmus.cli.cluster.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The story that {@code isthmus demo --once} tells, on the embedded API. */
class DemoIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void tellsTheWholeStoryAndLeavesNothingRunning() throws IOException {
    BuiltProcesses.assumeAll(Installation.current());
    List<DemoProcess> processes = new ArrayList<>();
    List<Story.Chapter> story;
    try (DemoMesh mesh = DemoMesh.in(directory, ApiKind.EMBEDDED, Installation.current())) {
      mesh.start();
      processes.addAll(mesh.processes());
      story = Story.run(mesh, _ -> {});
    }

    assertThat(processes).hasSize(12).noneMatch(DemoProcess::isAlive);
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
}

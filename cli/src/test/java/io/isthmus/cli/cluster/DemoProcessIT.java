package io.isthmus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoProcessIT {
  @TempDir Path directory;

  @Test
  void saysWhatAProcessPrintedBeforeItEnded() {
    try (DemoProcess process = start("echo port 15008 is in use; exit 7", () -> false)) {
      assertThatThrownBy(() -> process.awaitReady(Duration.ofSeconds(20)))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("west/gateway ended with exit code 7 before it was ready")
          .hasMessageContaining("port 15008 is in use")
          .hasMessageContaining(directory.resolve("gateway.log").toString());
    }
  }

  @Test
  void saysWhatItWaitedForInVain() {
    Readiness never = Readiness.http("http://127.0.0.1:1/ready");
    try (DemoProcess process = start("echo still starting; exec sleep 60", never)) {
      assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(200)))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("asked: GET http://127.0.0.1:1/ready")
          .hasMessageContaining("still starting");
    }
  }

  @Test
  void startsTheSameCommandAgainAfterAKillAndKeepsTheLog() {
    try (DemoProcess process = start("echo started; exec sleep 60", () -> true)) {
      awaitLines(process, 1);
      long first = process.pid();
      process.kill();
      assertThat(process.isAlive()).isFalse();

      process.restart().awaitReady(Duration.ofSeconds(5));

      assertThat(process.pid()).isNotEqualTo(first);
      awaitLines(process, 2);
    }
  }

  @Test
  void refusesToStartASecondOneBesideARunningOne() {
    try (DemoProcess process = start("exec sleep 60", () -> true)) {
      assertThatThrownBy(process::restart).hasMessageContaining("still runs as process");
    }
  }

  @Test
  void refusesToStartWhereAnotherProcessAnswersAlready() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Readiness taken =
          Readiness.listening(new InetSocketAddress(other.getInetAddress(), other.getLocalPort()));

      assertThatThrownBy(() -> start("exec sleep 60", taken))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("cannot start west/gateway: another process answers there already");
    }
  }

  @Test
  void isNotReadyByTheAnswerOfAnotherProcess() {
    try (DemoProcess process = start("exit 1", () -> true)) {
      process.kill();
      assertThatThrownBy(() -> process.awaitReady(Duration.ofSeconds(20)))
          .hasMessageContaining("before it was ready");
    }
  }

  @Test
  void leavesNothingRunningWhenItIsClosed() {
    DemoProcess process = start("exec sleep 60", () -> true);

    process.close();

    assertThat(process.isAlive()).isFalse();
  }

  private static void awaitLines(DemoProcess process, int count) {
    Waiting.until(
        count + " lines in the log",
        Duration.ofSeconds(10),
        () -> process.lastLines(10).lines().count() == count);
  }

  private DemoProcess start(String script, Readiness readiness) {
    return DemoProcess.start(
        new ProcessSpec(
            "west/gateway",
            List.of("/bin/sh", "-c", script),
            directory.resolve("gateway.log"),
            readiness));
  }
}

package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust status --watch} as a process, with its output in a pipe. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrustWatchIT {
  private static final int SIGINT = 2;

  @TempDir Path directory;
  private TrustStage stage;
  private Process watch;

  @SuppressWarnings("NullAway.Init")
  TrustWatchIT() {}

  @BeforeEach
  void start() throws IOException {
    stage = new TrustStage(directory);
    watch =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--kubeconfig",
                stage.kubeconfig().toString(),
                "--context",
                "west-context",
                "trust",
                "status",
                "--watch")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  @AfterEach
  void stop() {
    watch.destroyForcibly();
    stage.close();
  }

  /** Reads on until a line has {@code text}. */
  private static void await(BufferedReader lines, String text) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.contains(text)) {
      line = lines.readLine();
    }
    assertThat(line).as("a line with " + text).isNotNull();
  }

  @Test
  void showsAChangeAndEndsAtCtrlC() throws IOException, InterruptedException {
    try (BufferedReader lines = watch.inputReader(UTF_8)) {
      await(lines, "All is steady.");
      stage.say(stage.statuses.steady(8, stage.statuses.enforced(8, 3)));
      await(lines, "---- ");
      await(lines, "8 ");
      new ProcessBuilder("kill", "-" + SIGINT, "" + watch.pid()).start().waitFor();
      assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(watch.exitValue()).isEqualTo(128 + SIGINT);
    }
  }

  @Test
  void endsWhenItsOutputIsClosed() throws IOException, InterruptedException {
    try (BufferedReader lines = watch.inputReader(UTF_8)) {
      await(lines, "All is steady.");
    }
    stage.say(stage.statuses.steady(8, stage.statuses.enforced(8, 3)));
    assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isIn(ExitCode.YES, ExitCode.NO);
  }
}

package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The resident set of a sidecar, with and without connections. */
record Memory(double idleMegabytes, double with1000Megabytes) {
  private static final int CONNECTIONS = 1000;

  /** Idle is what a sidecar keeps when nothing has happened for this long. */
  private static final int SETTLED_MILLIS = 12_000;

  /**
   * Measures the sidecar on the caller's side, which keeps both the app's and the tunnel's side.
   */
  static Memory measure(Contender contender, Hop sidecar, Path directory) {
    Pause.millis(SETTLED_MILLIS);
    double idle = sidecar.rssMegabytes();
    Path jar = Path.of(Memory.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (ChildProcess holder =
        ChildProcess.start(
            "idle-connections",
            directory,
            TestBed.on(
                TestBed.CALLER,
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-cp",
                    jar.toString(),
                    IdleConnections.class.getName(),
                    TestBed.SERVICE_IP,
                    Integer.toString(contender.servicePort()),
                    Integer.toString(CONNECTIONS))))) {
      holder.awaitLog("open " + CONNECTIONS, Duration.ofSeconds(60));
      Pause.millis(SETTLED_MILLIS);
      return new Memory(idle, sidecar.rssMegabytes());
    }
  }
}

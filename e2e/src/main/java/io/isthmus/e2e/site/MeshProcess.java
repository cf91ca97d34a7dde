package io.isthmus.e2e.site;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A process of the mesh at a site: started, killed, started again. */
public final class MeshProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Namespace namespace;
  private final Path logDirectory;
  private final Start start;
  private ChildProcess current;

  /**
   * How it is started.
   *
   * @param name of its log
   * @param command without the namespace
   * @param readyUrl answers 200 once it is ready
   */
  record Start(String name, List<String> command, String readyUrl) {}

  MeshProcess(Namespace namespace, Path logDirectory, Start start) {
    this.namespace = namespace;
    this.logDirectory = logDirectory;
    this.start = start;
    this.current = launch();
  }

  public String name() {
    return start.name();
  }

  public ChildProcess process() {
    return current;
  }

  public String log() {
    return current.logText();
  }

  public void awaitReady() {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < START_LIMIT.toNanos()) {
      Command.Result ready =
          namespace.attempt("curl", "-sf", "-m", "2", "-o", "/dev/null", start.readyUrl());
      if (ready.exit() == 0) {
        return;
      }
      if (!current.isAlive()) {
        throw new ProcessFailure(
            "%s ended before it was ready:%n%s".formatted(name(), current.lastLines(25)));
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    throw new ProcessFailure(
        "%s is not ready within %s (%s):%n%s"
            .formatted(name(), START_LIMIT, start.readyUrl(), current.lastLines(25)));
  }

  /** SIGKILL, and a new start at once. */
  public void killAndRestart() {
    current.kill();
    current = launch();
  }

  public void kill() {
    current.kill();
  }

  public void restart() {
    current = launch();
  }

  private ChildProcess launch() {
    return ChildProcess.start(start.name(), logDirectory, namespace.line(start.command()));
  }

  @Override
  public void close() {
    current.close();
  }
}

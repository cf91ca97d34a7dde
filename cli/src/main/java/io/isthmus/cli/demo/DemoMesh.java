package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.Addresses;
import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.ClusterSpec;
import io.isthmus.cli.cluster.DemoCluster;
import io.isthmus.cli.cluster.DemoProcess;
import io.isthmus.cli.cluster.Installation;
import io.isthmus.cli.cluster.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** The two clusters of the demo. */
public record DemoMesh(DemoCluster west, DemoCluster east) implements AutoCloseable {
  public static final Workload CLIENT = new Workload(0, "client-1", "client", List.of("client"));
  public static final Workload HELLO =
      new Workload(0, "hello-1", "hello", List.of("hello", "internal"));

  /** Nothing runs yet. */
  public static DemoMesh in(Path directory, ApiKind api, Installation installation) {
    // a real API server refuses loopback addresses in EndpointSlices
    String range = api == ApiKind.EMBEDDED ? "127." : "198.18.";
    String rest = api == ApiKind.EMBEDDED ? ".0" : "";
    return new DemoMesh(
        DemoCluster.in(
            directory,
            new ClusterSpec("west", api, new Addresses(range + "1" + rest), List.of(CLIENT)),
            installation),
        DemoCluster.in(
            directory,
            new ClusterSpec("east", api, new Addresses(range + "2" + rest), List.of(HELLO)),
            installation));
  }

  /** Starts both at the same time. */
  public void start() {
    inParallel(List.of(west::start, east::start));
  }

  public List<DemoProcess> processes() {
    return Stream.concat(west.processes().stream(), east.processes().stream()).toList();
  }

  /** The application in west, behind its sidecar. */
  public Caller caller() {
    return new Caller(west.spec().identity(CLIENT).address() + ":15080");
  }

  /** Ends all processes even when the caller's thread is interrupted, and stays so. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      inParallel(List.of(west::close, east::close));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for all, then throws what the first failed one threw. */
  private static void inParallel(List<Runnable> tasks) {
    List<RuntimeException> failures = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      tasks.forEach(task -> running.add(executor.submit(task)));
      for (Future<?> each : running) {
        try {
          each.get();
        } catch (ExecutionException e) {
          failures.add(
              e.getCause() instanceof RuntimeException cause
                  ? cause
                  : new IllegalStateException(e.getCause()));
        } catch (InterruptedException e) {
          running.forEach(other -> other.cancel(true));
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}

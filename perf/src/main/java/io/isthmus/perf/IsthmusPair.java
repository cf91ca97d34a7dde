package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two sidecars as they are shipped: their own control plane (on fabric8's in-memory API), captured
 * traffic, identity checks, metrics and the access log to a file, one event loop each.
 */
final class IsthmusPair implements Contender {
  static final int TLS_PORT = 15008;

  private final Path directory;
  private final MeshCluster cluster;
  private List<Hop> hops = List.of();
  private Duration startToReady = Duration.ZERO;

  private IsthmusPair(Path directory, MeshCluster cluster) {
    this.directory = directory;
    this.cluster = cluster;
  }

  /** Starts everything, or nothing: what was started is ended when a part does not come up. */
  static IsthmusPair start(Path directory) {
    IsthmusPair pair = new IsthmusPair(directory, MeshCluster.start(directory, "24h"));
    try {
      pair.startSidecars();
      return pair;
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  private void startSidecars() {
    Hop destination = sidecar(TestBed.DESTINATION, "backend", TestBed.DESTINATION_IP);
    hops = List.of(sidecar(TestBed.CALLER, "caller", TestBed.CALLER_IP), destination);
    Backend.awaitAnswer(TestBed.SERVICE_IP, servicePort());
  }

  private Hop sidecar(String node, String account, String ip) {
    long start = System.nanoTime();
    ChildProcess process = cluster.sidecar(node, account, ip, List.of());
    startToReady = Duration.ofNanos(System.nanoTime() - start);
    return new Hop(process);
  }

  @Override
  public String name() {
    return "isthmus";
  }

  @Override
  public int servicePort() {
    return 80;
  }

  @Override
  public List<Hop> hops() {
    return hops;
  }

  @Override
  public TlsDoor door() {
    return new TlsDoor(TLS_PORT, directory.resolve("load.pem"), directory.resolve("load.p8"));
  }

  Hop caller() {
    return hops.getFirst();
  }

  /** From the start of the second sidecar's process to its readiness; polled every 5 ms. */
  Duration startToReady() {
    return startToReady;
  }

  @Override
  public void close() {
    cluster.close();
  }
}

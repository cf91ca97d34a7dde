package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One running cluster. {@link #start} returns when every process is ready; {@link #close} ends
 * every process that was started, in whatever state that is.
 */
public final class DemoCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration START_END = Duration.ofSeconds(20);

  private final ClusterSpec spec;
  private final ApiServer api;
  private final ProcessSpecs specs;
  private final Installation installation;
  private final Path directory;
  private final List<DemoProcess> processes = new CopyOnWriteArrayList<>();
  private boolean closing;
  private Optional<Thread> starter = Optional.empty();
  private volatile Optional<KubernetesClient> client = Optional.empty();
  private volatile Optional<MountedFiles> files = Optional.empty();

  private DemoCluster(ClusterSpec spec, Installation installation, Path directory) {
    this.spec = spec;
    this.installation = installation;
    this.directory = directory;
    this.specs = new ProcessSpecs(spec, installation, directory);
    this.api =
        switch (spec.api()) {
          case EMBEDDED -> new EmbeddedApi(spec, installation, directory);
          case REAL -> new RealApi(spec, installation, directory);
        };
  }

  /** Nothing runs yet. Files and logs go to {@code <parent>/<cluster's name>}. */
  public static DemoCluster in(Path parent, ClusterSpec spec, Installation installation) {
    Path directory = parent.resolve(spec.name());
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
    return new DemoCluster(spec, installation, directory);
  }

  public void start() {
    beginStart();
    try {
      startAll();
    } finally {
      endStart();
    }
  }

  private void startAll() {
    api.start(this::started);
    KubernetesClient admin = Kubeconfigs.client(api.adminKubeconfig());
    client = Optional.of(admin);
    new ClusterObjects(spec, admin).create();
    new Manifests(installation.root(), admin).install();
    ComponentKubeconfigs kubeconfigs =
        new ComponentKubeconfigs(admin, api.adminKubeconfig(), directory);
    MountedFiles mounted = new MountedFiles(admin, directory);
    files = Optional.of(mounted);
    List<DemoProcess> all = new ArrayList<>();
    DemoProcess control = started(specs.control(kubeconfigs.of(spec.control())));
    all.add(control);
    spec.workloads().forEach(workload -> all.add(started(specs.application(workload))));
    control.awaitReady(PATIENCE);
    mounted.follow(PATIENCE);
    all.add(started(specs.gateway(mounted)));
    spec.workloads().forEach(workload -> all.add(started(specs.sidecar(workload, mounted))));
    all.add(started(specs.mirrorController(kubeconfigs.of(spec.mirrorController()), mounted)));
    all.forEach(process -> process.awaitReady(PATIENCE));
  }

  private synchronized DemoProcess started(ProcessSpec process) {
    if (closing) {
      throw new ClusterException(
          "cluster %s is being closed: %s is not started".formatted(spec.name(), process.name()));
    }
    DemoProcess started = DemoProcess.start(process);
    processes.add(started);
    return started;
  }

  public ClusterSpec spec() {
    return spec;
  }

  /** In the order in which they were started, the API server first. */
  public List<DemoProcess> processes() {
    return List.copyOf(processes);
  }

  /** By its name without the cluster's: {@code gateway}, {@code sidecar-hello-1}. */
  public DemoProcess process(String name) {
    return processes.stream()
        .filter(process -> process.name().equals(spec.name() + "/" + name))
        .findFirst()
        .orElseThrow(() ->
            new ClusterException(
                "no process %s in cluster %s: it has %s"
                    .formatted(
                        name, spec.name(), processes.stream().map(DemoProcess::name).toList())));
  }

  /** As the cluster's administrator. */
  public KubernetesClient client() {
    return client.orElseThrow(
        () -> new ClusterException("cluster " + spec.name() + " was not started"));
  }

  /** Of all the cluster's files and logs. */
  public Path directory() {
    return directory;
  }

  public Path kubeconfig() {
    return api.adminKubeconfig();
  }

  /** The file that holds a projected token of the pod's service account. */
  public Path tokenFile(PodIdentity pod) {
    return files
        .orElseThrow(() -> new ClusterException("cluster " + spec.name() + " was not started"))
        .token(pod);
  }

  /** The file that holds the own trust domain's bundle. */
  public Path bundleFile() {
    return directory.resolve("bundle.json");
  }

  /** The access log of a workload's sidecar. */
  public AccessLog accessLog(Workload workload) {
    return new AccessLog(specs.accessLog(workload));
  }

  public AccessLog gatewayAccessLog() {
    return new AccessLog(specs.gatewayAccessLog());
  }

  public String adminAddress(PodIdentity pod) {
    return ProcessSpecs.admin(pod);
  }

  @Override
  public void close() {
    startNoMore();
    awaitStartEnded(); // else it would make routes and files after they were undone
    files.ifPresent(MountedFiles::close);
    client.ifPresent(KubernetesClient::close);
    List<DemoProcess> apiLast = processes().reversed();
    apiLast.stream().filter(process -> !isApi(process)).forEach(DemoProcess::askToStop);
    apiLast.forEach(DemoProcess::close);
    api.undo();
  }

  private synchronized void beginStart() {
    if (closing) {
      throw new ClusterException("cluster %s is being closed".formatted(spec.name()));
    }
    starter = Optional.of(Thread.currentThread());
  }

  private synchronized void endStart() {
    starter = Optional.empty();
    notifyAll();
  }

  private synchronized void startNoMore() {
    closing = true;
    starter.ifPresent(Thread::interrupt);
  }

  private synchronized void awaitStartEnded() {
    long deadline = System.nanoTime() + START_END.toNanos();
    try {
      while (starter.isPresent() && System.nanoTime() < deadline) {
        wait(START_END.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing goes on all the same
    }
  }

  private boolean isApi(DemoProcess process) {
    return process.name().matches(spec.name() + "/(api|etcd|kube-.*)");
  }
}

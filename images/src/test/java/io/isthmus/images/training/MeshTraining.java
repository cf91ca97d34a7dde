package io.isthmus.images.training;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.isthmus.cli.cluster.Addresses;
import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.ClusterSpec;
import io.isthmus.cli.cluster.DemoCluster;
import io.isthmus.cli.cluster.DemoProcess;
import io.isthmus.cli.cluster.Installation;
import io.isthmus.cli.cluster.Workload;
import io.isthmus.cli.demo.DemoMesh;
import io.isthmus.cli.demo.Story;
import io.isthmus.proxy.training.Loopback;
import io.isthmus.proxy.training.Trainee;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Trains the control plane or the mirror controller as what it is: west's, in a mesh of two
 * clusters on fabric8's in-memory API servers, from empty clusters to calls that are answered.
 * Sidecars and gateways are those of the images, which are trained before.
 */
final class MeshTraining {
  private static final int MOST_SECONDS_TO_END = 120;

  /** Of a large machine's memory it would be so much that pointers are not compressed as there. */
  private static final String HEAP = "-Xmx256m";

  private final Trainee.Shipped shipped;
  private final String module;
  private final Path cache;
  private final String west = Loopback.unused().replaceFirst("\\.9$", "");
  private final String east = Loopback.unused().replaceFirst("\\.9$", "");

  private MeshTraining(Trainee.Shipped shipped) {
    this.shipped = shipped;
    this.module = shipped.jar().getFileName().toString().replaceAll("^isthmus-|\\.jar$", "");
    this.cache = Path.of(shipped.jar().toString().replace(".jar", ".aot"));
  }

  /** Arguments: java, the JVM options, the jar. */
  public static void main(String[] args) throws Exception {
    new MeshTraining(Trainee.Shipped.of(args)).run();
  }

  private void run() throws Exception {
    Files.deleteIfExists(cache);
    Path directory = Files.createTempDirectory("isthmus-training-");
    Installation built = Installation.current();
    Map<String, List<String>> proxies =
        Map.of(
            "proxy", ofImage("sidecar", "proxy"),
            "eastwest-gateway", ofImage("gateway", "eastwest-gateway"));
    DemoCluster there =
        DemoCluster.in(
            directory,
            new ClusterSpec("east", ApiKind.EMBEDDED, new Addresses(east), List.of(DemoMesh.HELLO)),
            built.starting(proxies));
    DemoCluster here = DemoCluster.in(directory, trainees(), built.starting(withTrainee(proxies)));
    try (DemoMesh mesh = new DemoMesh(here, there)) {
      mesh.start();
      installWebhook(here, built.root());
      Story.untilAnswered(
          mesh, chapter -> System.out.println("training: " + chapter.told().line()));
      new Visitor(here.bundleFile()).readAll(west);
      finish(here.process(module));
    }
  }

  private ClusterSpec trainees() {
    return new ClusterSpec(
        "west",
        ApiKind.EMBEDDED,
        new Addresses(west),
        List.of(DemoMesh.CLIENT),
        Map.of(
            "control",
            List.of(
                "--sidecar-image=localhost/isthmus-sidecar:training",
                "--webhook-address=" + new Addresses(west).control() + ":15017")));
  }

  private Map<String, List<String>> withTrainee(Map<String, List<String>> proxies) {
    Map<String, List<String>> all = new HashMap<>(proxies);
    all.put(
        module,
        List.of(
            shipped.java().toString(),
            "@" + shipped.options(),
            "-XX:AOTCacheOutput=" + cache,
            "-XX:-AOTRecordTraining", // as in Trainee
            HEAP,
            "-jar",
            shipped.jar().toString()));
    return all;
  }

  /** As the trained image starts it, from its stage beside this one. */
  private List<String> ofImage(String image, String of) {
    Path stage = shipped.jar().resolve("../../..").normalize().resolve(image);
    Path jar = stage.resolve("app/isthmus-" + of + ".jar");
    return List.of(
        stage.resolve("java/bin/java").toString(),
        "@" + jar.toString().replace(".jar", ".options"),
        "-jar",
        jar.toString());
  }

  /** What an installation has besides, and the namespace that asks for sidecars by it. */
  private static void installWebhook(DemoCluster cluster, Path root) throws IOException {
    try (InputStream in = Files.newInputStream(root.resolve("charts/isthmus/files/webhook.yaml"))) {
      for (HasMetadata object : cluster.client().load(in).items()) {
        cluster.client().resource(object).create();
      }
    }
    cluster
        .client()
        .namespaces()
        .withName(Workload.NAMESPACE)
        .edit(namespace ->
            new NamespaceBuilder(namespace)
                .editMetadata()
                .addToAnnotations("isthmus.io/inject", "enabled")
                .endMetadata()
                .build());
  }

  /** Ends it as Kubernetes would, and waits for the cache that the JVM writes then. */
  private void finish(DemoProcess trainee) throws Exception {
    ProcessHandle process = ProcessHandle.of(trainee.pid()).orElseThrow();
    process.destroy();
    process.onExit().get(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
    if (!Files.exists(cache)) {
      throw new IllegalStateException("ended and left no cache\n" + trainee.evidence());
    }
    System.out.printf("trained %s, %d MB%n", cache.getFileName(), Files.size(cache) >> 20);
  }
}

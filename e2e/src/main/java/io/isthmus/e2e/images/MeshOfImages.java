package io.isthmus.e2e.images;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A mesh of Pods that may do nothing but what they need: one cluster, all processes, one call. */
record MeshOfImages(Path root, KubernetesCluster cluster, List<ImageArchive> images) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SYSTEM = "isthmus-system";
  private static final String SERVES =
      "[sh, -c, 'mkdir /tmp/w; echo hello from $HOSTNAME > /tmp/w/index.html; exec httpd -f -p 8080"
          + " -h /tmp/w']";
  private static final String WAITS = "[sh, -c, 'trap \"exit 0\" TERM; sleep 1000000 & wait']";

  void run(Scenarios scenarios) {
    scenarios.stage("make namespaces, roles and CRDs", this::prepare);
    scenarios.scenario(
        "each runs restricted and tells its settings; a cache that does not fit would end it",
        this::tellSettings);
    scenarios.scenario("the control plane becomes ready", () -> available("isthmus-control"));
    scenarios.stage(
        "start mirror controller, gateway and two workloads with sidecars", this::follow);
    scenarios.scenario(
        "the mirror controller becomes ready", () -> available("isthmus-mirror-controller"));
    scenarios.scenario("the gateway becomes ready", () -> available("isthmus-gateway"));
    scenarios.scenario(
        "both workloads become ready, sidecar first",
        () -> List.of("hello", "web").forEach(this::ready));
    scenarios.scenario("web calls hello through both sidecars", this::call);
    scenarios.scenario("all processes have their AOT caches mapped", this::mapped);
    new Footprints(cluster).print(System.out);
    scenarios.scenario("a sidecar drains and ends with its Pod", this::ends);
  }

  private void prepare() {
    cluster.apply(ManifestFile.read(MeshOfImages.class, "system.yaml"));
    for (String file :
        List.of(
            "charts/isthmus/files/crds",
            "charts/isthmus/files/rbac",
            "charts/isthmus/files/webhook.yaml")) {
      cluster.kubectl("apply", "-f", root.resolve(file).toString());
    }
  }

  /** {@code -XX:AOTMode=on}: the JVM ends where it would go on without a cache. */
  private void tellSettings() {
    List<ImageArchive> processes = images.stream().filter(ImageArchive::isProcess).toList();
    for (ImageArchive image : processes) {
      String pod = "help-" + image.id();
      cluster.apply(
          ManifestFile.read(MeshOfImages.class, "help.yaml").formatted(pod, image.name()));
    }
    for (ImageArchive image : processes) {
      String pod = "help-" + image.id();
      Eventually.holds(
          LIMIT,
          () -> {
            String phase = phase(pod);
            return phase.equals("Succeeded") ? "" : pod + " is " + phase + ": " + log(SYSTEM, pod);
          });
      String told = cluster.kubectl("logs", pod, "-n", SYSTEM);
      if (!told.contains("--trust-domain")) {
        throw new AssertionError(pod + " did not tell its settings:\n" + told);
      }
    }
  }

  private String phase(String pod) {
    return cluster.kubectl("get", "pod", pod, "-n", SYSTEM, "-o", "jsonpath={.status.phase}");
  }

  private void follow() {
    String bundle =
        cluster.kubectl(
            "get",
            "configmap",
            "isthmus-trust-bundle",
            "-n",
            SYSTEM,
            "-o",
            "jsonpath={.data.bundle\\.json}");
    cluster.kubectl(
        "create",
        "configmap",
        "isthmus-trust-bundle",
        "-n",
        "shop",
        "--from-literal=bundle.json=" + bundle);
    cluster.apply(ManifestFile.read(MeshOfImages.class, "followers.yaml"));
    cluster.apply(
        ManifestFile.read(MeshOfImages.class, "workload.yaml").formatted("hello", SERVES));
    cluster.apply(ManifestFile.read(MeshOfImages.class, "workload.yaml").formatted("web", WAITS));
  }

  private void available(String deployment) {
    try {
      cluster.kubectl(
          "rollout", "status", "deployment/" + deployment, "-n", SYSTEM, "--timeout=90s");
    } catch (ProcessFailure e) {
      throw new AssertionError(
          e.getMessage() + "\n" + describe(SYSTEM) + log(SYSTEM, "deployment/" + deployment), e);
    }
  }

  private void ready(String pod) {
    try {
      cluster.kubectl("wait", "--for=condition=Ready", "pod/" + pod, "-n", "shop", "--timeout=90s");
    } catch (ProcessFailure e) {
      throw new AssertionError(
          e.getMessage()
              + "\n"
              + describe("shop")
              + cluster.attempt("logs", pod, "-n", "shop", "-c", "isthmus-proxy").output(),
          e);
    }
  }

  private void call() {
    Eventually.holds(
        LIMIT,
        () -> {
          String answer =
              cluster
                  .attempt(
                      "exec",
                      "web",
                      "-n",
                      "shop",
                      "-c",
                      "app",
                      "--",
                      "curl",
                      "-sS",
                      "-m",
                      "5",
                      "--proxy",
                      "socks5h://127.0.0.1:15080",
                      "http://hello.shop.svc.cluster.local")
                  .output()
                  .strip();
          return answer.equals("hello from hello") ? "" : answer;
        });
    Eventually.holds(
        LIMIT,
        () -> {
          String log = cluster.kubectl("logs", "hello", "-n", "shop", "-c", "isthmus-proxy");
          return log.contains("spiffe://west.e2e/ns/shop/sa/web") ? "" : "hello's log: " + log;
        });
  }

  private void mapped() {
    for (String process :
        List.of(
            "isthmus-proxy",
            "isthmus-eastwest-gateway",
            "isthmus-control",
            "isthmus-mirror-controller")) {
      String maps =
          cluster.onNode(
              "sh",
              "-c",
              """
              for p in $(pgrep -x java); do
                ! tr '\\0' ' ' < /proc/$p/cmdline | grep -q '/%1$s\\.jar' || grep -c '/%1$s\\.aot' /proc/$p/maps
              done
              true
              """
                  .formatted(process));
      if (maps.isBlank() || maps.lines().anyMatch("0"::equals)) {
        throw new AssertionError(process + ": mappings of its cache, a line a process:\n" + maps);
      }
    }
  }

  private void ends() {
    cluster.kubectl("delete", "pod", "web", "-n", "shop", "--wait=true", "--timeout=60s");
  }

  private String describe(String namespace) {
    return cluster.attempt("get", "events", "-n", namespace, "--sort-by=.lastTimestamp").output();
  }

  private String log(String namespace, String of) {
    return cluster.attempt("logs", of, "-n", namespace, "--tail=30").output();
  }
}

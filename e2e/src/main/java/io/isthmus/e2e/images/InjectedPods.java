package io.isthmus.e2e.images;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pods that know nothing of a mesh, in a namespace that asked for it: webhook, capture, sidecar.
 */
record InjectedPods(KubernetesCluster cluster) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String MALL = "mall";
  private static final String CLIENT = "\"src.identity\":\"spiffe://west.e2e/ns/mall/sa/client\"";
  private static final String SERVER = "\"dst.identity\":\"spiffe://west.e2e/ns/mall/sa/server\"";
  private static final String INBOUND = "\"direction\":\"inbound\"";
  private static final String OUTBOUND = "\"direction\":\"outbound\"";

  void run(Scenarios scenarios) {
    scenarios.stage(
        "create Pods in a namespace that asks for sidecars",
        () -> cluster.apply(ManifestFile.read(InjectedPods.class, "injected.yaml")));
    scenarios.scenario("they get capture and sidecar, and become ready", this::ready);
    scenarios.scenario("one calls another by its Service's name; both logs name both", this::call);
    scenarios.scenario(
        "an application on the Pod's address is reached as one on ::", () -> expect("pod", 81));
    scenarios.scenario("one on loopback is reached in its Pod, and by nobody else", this::loopback);
    scenarios.scenario("an application calls itself through its own Service", this::itself);
    scenarios.scenario("ports that annotations name pass the sidecar by, both ways", this::skips);
    scenarios.scenario("UDP is left alone: names resolve", this::resolves);
    scenarios.scenario(
        "the kubelet's probes see the application, and that there is none", this::probes);
    scenarios.scenario(
        "a Job finishes; its own init container has called through the sidecar", this::finishes);
    scenarios.scenario(
        "beside a sidecar that is not ready yet nothing gets around it", this::notAround);
    scenarios.scenario("where Pod Security forbids capture, the refusal names it", this::forbidden);
  }

  private void ready() {
    for (String pod : List.of("server", "client", "skips", "classic", "listening")) {
      try {
        cluster.kubectl("wait", "--for=condition=Ready", "pod/" + pod, "-n", MALL, "--timeout=90s");
      } catch (ProcessFailure e) {
        throw new AssertionError(e.getMessage() + "\n" + story(pod), e);
      }
    }
    String init = field("client", ".spec.initContainers[*].name");
    if (!init.equals("isthmus-capture isthmus-proxy")) {
      throw new AssertionError("init containers of client: " + init);
    }
  }

  private String story(String pod) {
    return Stream.of(
            new String[] {"get", "events", "-n", MALL, "--sort-by=.lastTimestamp"},
            new String[] {"logs", pod, "-n", MALL, "-c", "isthmus-capture"},
            new String[] {"logs", pod, "-n", MALL, "-c", "isthmus-proxy", "--tail=15"})
        .map(arguments -> cluster.attempt(arguments).output())
        .reduce("", String::concat);
  }

  private void call() {
    expect("any", 80);
    logged("client", OUTBOUND, CLIENT, SERVER, "\"dst.service\":\"mall/server:80\"");
    logged("server", INBOUND, CLIENT, SERVER, "\"tunnel\":\"hbone\"");
  }

  /** By a client that is not curl: Debian's busybox crashes with -T, so another program times. */
  private void expect(String answer, int port) {
    Eventually.holds(
        LIMIT,
        () -> {
          String url = "http://server:" + port + "/";
          String seen = in("client", "app", "timeout", "5", "wget", "-qO-", url).output().strip();
          return seen.equals(answer) ? "" : url + " answers: " + seen;
        });
  }

  private void loopback() {
    Command.Result beside = curl("server", "pod", "http://127.0.0.1:8082/");
    if (!beside.output().strip().equals("loopback")) {
      throw new AssertionError("in the Pod: " + beside);
    }
    Command.Result other = curl("client", "app", "http://server:82/");
    if (other.exit() == 0) {
      throw new AssertionError("from another Pod: " + other);
    }
    logged("server", INBOUND, CLIENT, ":8082\"", "\"end\":\"connect_failed\"");
  }

  private void itself() {
    // in the Pod its hosts file has the short name
    Command.Result self = curl("server", "any", "http://server.mall/");
    if (!self.output().strip().equals("any")) {
      throw new AssertionError(self.toString());
    }
    String source = "\"src.identity\":\"spiffe://west.e2e/ns/mall/sa/server\"";
    logged("server", OUTBOUND, source, SERVER);
    logged("server", INBOUND, source, SERVER);
  }

  private void skips() {
    String server = field("server", ".status.podIP");
    String skips = field("skips", ".status.podIP");
    if (!curl("skips", "app", "http://" + server + ":8080/").output().strip().equals("any")) {
      throw new AssertionError("skips cannot reach server");
    }
    logged("server", INBOUND, "\"src.address\":\"" + skips + ":", "\"tunnel\":\"none\"");
    if (!cluster.onNode("curl", "-sS", "-m", "5", "http://" + skips + ":8090/").contains("skips")) {
      throw new AssertionError("the node cannot reach skips");
    }
    List<String> own = lines("skips", "\"direction\"");
    if (!own.isEmpty()) {
      throw new AssertionError("its sidecar saw " + own);
    }
  }

  private void resolves() {
    String address =
        cluster.kubectl("get", "service", "server", "-n", MALL, "-o", "jsonpath={.spec.clusterIP}");
    Command.Result found = in("client", "app", "nslookup", "server.mall.svc.cluster.local");
    if (!found.output().contains(address)) {
      throw new AssertionError("expected " + address + ": " + found);
    }
  }

  private void probes() {
    String node = cluster.onNode("sh", "-c", "ip -4 -br addr show cni0 | awk '{print $3}'");
    String kubelet = "\"src.address\":\"" + node.strip().replaceFirst("/.*", "") + ":";
    logged("server", INBOUND, kubelet, ":8080\"", "\"end\":\"closed_by_");
    logged("absent", INBOUND, kubelet, ":8099\"", "\"end\":\"connect_failed\"");
    for (String pod : List.of("absent", "deaf")) {
      String ready = field(pod, ".status.conditions[?(@.type==\"Ready\")].status");
      if (!ready.equals("False")) {
        throw new AssertionError(pod + " is Ready: " + ready);
      }
    }
    Eventually.holds(
        LIMIT,
        () -> {
          String events =
              cluster.kubectl(
                  "get", "events", "-n", MALL, "--field-selector=involvedObject.name=deaf");
          return events.contains("Readiness probe failed") && events.contains("503") ? "" : events;
        });
  }

  private void finishes() {
    cluster.kubectl("wait", "--for=condition=Complete", "job/early", "-n", MALL, "--timeout=60s");
    String pod =
        cluster.kubectl(
            "get",
            "pod",
            "-l",
            "job-name=early",
            "-n",
            MALL,
            "-o",
            "jsonpath={.items[0].metadata.name}");
    Eventually.holds(
        LIMIT,
        () -> {
          String phase = field(pod, ".status.phase");
          return phase.equals("Succeeded") ? "" : pod + " is " + phase;
        });
    throughTheSidecar(pod, 2);
  }

  /**
   * Its first calls are refused by the empty port that capture leads to: the server sees none of
   * them.
   */
  private void notAround() {
    long refused =
        cluster
            .kubectl("logs", "classic", "-n", MALL, "-c", "app")
            .lines()
            .filter(line -> line.startsWith("curl: "))
            .count();
    System.out.printf(
        "          classic: %d calls refused before its sidecar was ready%n", refused);
    throughTheSidecar("classic", 1);
  }

  /** What a Pod opened came to the server under its identity, all of it. */
  private void throughTheSidecar(String pod, int atLeast) {
    String source = "\"src.address\":\"" + field(pod, ".status.podIP") + ":";
    List<String> seen = lines("server", INBOUND, source);
    if (seen.size() < atLeast || !seen.stream().allMatch(line -> line.contains(CLIENT))) {
      throw new AssertionError("server saw of %s: %s".formatted(pod, seen));
    }
  }

  private void forbidden() {
    Command.Result refused =
        cluster.attempt(
            "run",
            "refused",
            "-n",
            "shop",
            "--image=registry.local/app:1",
            "--annotations=isthmus.io/inject=enabled");
    if (refused.exit() == 0
        || !refused.output().contains("PodSecurity")
        || !refused.output().contains("isthmus-capture")) {
      throw new AssertionError(refused.toString());
    }
  }

  private Command.Result curl(String pod, String container, String url) {
    return in(pod, container, "curl", "-sS", "-m", "5", url);
  }

  private Command.Result in(String pod, String container, String... command) {
    return cluster.inContainer(MALL, pod, container, command);
  }

  private String field(String pod, String path) {
    return cluster.kubectl("get", "pod", pod, "-n", MALL, "-o", "jsonpath={" + path + "}");
  }

  /** A line is written when its connection has ended. */
  private void logged(String pod, String... words) {
    Eventually.holds(
        LIMIT,
        () ->
            lines(pod, words).isEmpty()
                ? "no line with %s in the log of %s:%n%s"
                    .formatted(List.of(words), pod, String.join("\n", lines(pod, "\"direction\"")))
                : "");
  }

  private List<String> lines(String pod, String... words) {
    return cluster
        .kubectl("logs", pod, "-n", MALL, "-c", "isthmus-proxy")
        .lines()
        .filter(line -> Stream.of(words).allMatch(line::contains))
        .toList();
  }
}

package io.isthmus.e2e.story;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.Addresses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The main job: link, export, call across, and who is seen to call. */
final class Crossing {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Mesh mesh;

  Crossing(Mesh mesh) {
    this.mesh = mesh;
  }

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "both clusters use the same Pod address and the same Service range", this::sameRanges);
    scenarios.scenario(
        "isthmus link create configures both ends, and both report that they are connected",
        this::link);
    scenarios.scenario(
        "a Service that is labelled in east appears in west with the gateway's address",
        this::export);
    scenarios.scenario(
        "curl through the client's explicit proxy is answered by east's server",
        () -> answered(curlExplicit("/")));
    scenarios.scenario(
        "curl to the mirrored Service's ClusterIP, captured, is answered by east's server",
        () -> answered(curlCaptured("/")));
    scenarios.scenario("east's sidecar logs the true caller's SPIFFE ID", this::trueCallerIsLogged);
    scenarios.scenario(
        "between the clusters a packet capture shows TLS and nothing else", this::onlyTls);
    scenarios.scenario(
        "from west neither east's Pods nor its control plane can be reached", this::onlyTheGateway);
  }

  private void sameRanges() {
    for (Cluster cluster : List.of(mesh.west(), mesh.east())) {
      String ip =
          cluster
              .site()
              .kubectl("get", "pods", "-n", "shop", "-o", "jsonpath={.items[*].status.podIP}");
      if (!ip.equals(Addresses.WORKLOAD)) {
        throw new AssertionError(
            "%s's Pod has %s, expected %s"
                .formatted(cluster.site().name(), ip, Addresses.WORKLOAD));
      }
    }
  }

  private void link() {
    mesh.isthmus("link", "create", "--from", "west", "--to", "east");
    for (Cluster cluster : List.of(mesh.west(), mesh.east())) {
      for (String condition :
          List.of("Connected", "Synced", "TrustEstablished", "CredentialsValid")) {
        Eventually.holds(
            LIMIT,
            () -> {
              String status =
                  cluster
                      .site()
                      .kubectl(
                          "get",
                          "links.isthmus.io",
                          "-n",
                          "isthmus-system",
                          "-o",
                          "jsonpath={.items[0].status.conditions[?(@.type==\""
                              + condition
                              + "\")].status}");
              return status.equals("True")
                  ? ""
                  : cluster.site().name() + "'s Link has " + condition + "='" + status + "'";
            });
      }
    }
  }

  private void export() {
    mesh.east()
        .site()
        .kubectl(
            "label",
            "service",
            "hello",
            "-n",
            "shop",
            "mirror.isthmus.io/exported=true",
            "--overwrite");
    String gateway = mesh.east().site().addresses().publicAddress();
    Eventually.holds(
        LIMIT,
        () -> {
          String ready =
              mesh.west()
                  .site()
                  .kubectl(
                      "get",
                      "endpointslices",
                      "-n",
                      "shop",
                      "-l",
                      "kubernetes.io/service-name=hello-east",
                      "-o",
                      "jsonpath={range .items[*].endpoints[*]}{.addresses[0]}={.conditions.ready}"
                          + " {end}");
          return ready.strip().equals(gateway + "=true")
              ? ""
              : "endpoints of hello-east: '" + ready + "'";
        });
  }

  Command.Result curlExplicit(String path) {
    return new Caller(mesh).get("http://hello-east.shop:80" + path, 10);
  }

  Command.Result curlCaptured(String path) {
    String ip =
        mesh.west()
            .site()
            .kubectl(
                "get", "service", "hello-east", "-n", "shop", "-o", "jsonpath={.spec.clusterIP}");
    return mesh.west()
        .workloadPod()
        .attempt("curl", "-sS", "-m", "10", "http://" + ip + ":80" + path);
  }

  /** Retries for a moment: the sidecar learns of a new Service after the API does. */
  private void answered(Command.Result first) {
    Command.Result[] last = {first};
    Eventually.holds(
        Duration.ofSeconds(15),
        () -> {
          if (last[0].exit() == 0 && last[0].output().equals("hello from east/hello-1\n")) {
            return "";
          }
          String seen = "curl exited %d: %s".formatted(last[0].exit(), last[0].output().strip());
          last[0] = curlExplicit("/");
          return seen;
        });
  }

  private void trueCallerIsLogged() {
    String expected = "\"src.identity\":\"spiffe://west.e2e/ns/shop/sa/client\"";
    Eventually.holds(
        Duration.ofSeconds(10),
        () -> {
          String log = mesh.process("east", "sidecar").log();
          return log.lines().anyMatch(l -> l.contains(expected) && l.contains("inbound"))
              ? ""
              : "no inbound line with " + expected + " in east's access log";
        });
  }

  private void onlyTls() throws IOException {
    Path capture = mesh.scratch().resolve("between.pcap");
    try (ChildProcess tcpdump =
        ChildProcess.start(
            "tcpdump",
            mesh.scratch(),
            mesh.internet()
                .router()
                .line(
                    List.of(
                        "tcpdump",
                        "-i",
                        "to-east",
                        "-U",
                        "-s",
                        "0",
                        "-w",
                        capture.toString(),
                        "tcp port 15008")))) {
      tcpdump.awaitLog("listening on", Duration.ofSeconds(10));
      mesh.process("west", "sidecar").killAndRestart();
      mesh.process("west", "sidecar").awaitReady();
      answered(curlExplicit("/"));
      Eventually.holds(
          Duration.ofSeconds(10),
          () -> Capture.read(capture).streams() > 0 ? "" : "no packet was captured");
    }
    Capture seen = Capture.read(capture);
    if (!seen.violations().isEmpty()) {
      throw new AssertionError("not TLS: " + seen.violations());
    }
    String bytes = new String(Files.readAllBytes(capture), StandardCharsets.ISO_8859_1);
    for (String secret : List.of("hello from east", "hello.shop.svc", "GET / HTTP")) {
      if (bytes.contains(secret)) {
        throw new AssertionError("the capture shows '" + secret + "' in the clear");
      }
    }
  }

  private void onlyTheGateway() {
    String eastNode = "100.64.2.2";
    for (String target : List.of(eastNode + " 15012", eastNode + " 6443", eastNode + " 10250")) {
      String[] hostPort = target.split(" ");
      Command.Result tried =
          mesh.west()
              .site()
              .node()
              .attempt(
                  "timeout",
                  "2",
                  "bash",
                  "-c",
                  "exec 3<>/dev/tcp/" + hostPort[0] + "/" + hostPort[1]);
      if (tried.exit() == 0) {
        throw new AssertionError("west reached " + target);
      }
    }
  }
}

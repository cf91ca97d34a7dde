package io.isthmus.e2e.attack;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import java.time.Duration;
import java.util.List;

/** Tunnels with an honest certificate, to where they must not lead. */
record Tunnels(Mesh mesh, Intruder intruder) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String HELLO = "hello.shop.svc.cluster.local:80";
  private static final String SOURCE = "\"src.identity\":\"" + Intruder.ID + "\"";

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "east's gateway leads to an exported Service's sidecar, which wants TLS", this::exported);
    scenarios.scenario(
        "a Pod of east by its address is refused by the gateway, logged and counted",
        () -> refusedByGateway(eastPod("app=hello") + ":8080"));
    scenarios.scenario(
        "a Service that is not exported is refused by the gateway, logged and counted",
        () -> refusedByGateway("secret.shop.svc.cluster.local:80"));
    scenarios.scenario(
        "east's API server, by its name, its Service's address and its public one, is refused,"
            + " logged and counted",
        () ->
            List.of(
                    "kubernetes.default.svc.cluster.local:443",
                    "10.96.0.1:443",
                    mesh.east().publicAddress() + ":6443")
                .forEach(this::refusedByGateway));
    scenarios.scenario(
        "the gateway's own admin page is refused by the gateway, logged and counted",
        () -> refusedByGateway("127.0.0.1:15000"));
    scenarios.scenario(
        "the mirror controller's canary is refused by the gateway, logged and counted",
        () -> refusedByGateway("canary.gateway.isthmus.io:15008"));
    scenarios.scenario(
        "a sidecar leads to no other Pod, and the log says so",
        () ->
            refusedBySidecar(
                Mesh.pods(mesh.west(), Mesh.SHOP, "app=client").getFirst() + ":8080", "malformed"));
    scenarios.scenario(
        "a sidecar leads to no port of its own, and the log says so",
        () -> refusedBySidecar(victim() + ":15000", "loop"));
    scenarios.scenario(
        "a forged forwarded names nobody to a sidecar: the log has who called", this::forged);
    scenarios.scenario(
        "a forged forwarded names nobody through a gateway that terminates", this::forgedAcross);
  }

  private String victim() {
    return Mesh.pods(mesh.west(), Mesh.SHOP, "app=victim").getFirst();
  }

  private String eastPod(String selector) {
    return Mesh.pods(mesh.east(), Mesh.SHOP, selector).getFirst();
  }

  private String eastGateway() {
    return mesh.east().publicAddress() + ":15008";
  }

  private void exported() {
    String answer = intruder.connect(eastGateway(), HELLO);
    if (!answer.startsWith("status 200") || answer.contains("hello from east")) {
      throw new AssertionError(answer);
    }
  }

  private void refusedByGateway(String authority) {
    double before = mesh.gatewayRefusals();
    mustSay("status 401", intruder.connect(eastGateway(), authority));
    mesh.gatewayLogs(SOURCE, authority, "\"end\":\"denied\"");
    if (mesh.gatewayRefusals() <= before) {
      throw new AssertionError("isthmus_connections_closed_total stays at " + before);
    }
  }

  private void refusedBySidecar(String authority, String end) {
    mustSay("status 400", intruder.connect(victim() + ":15008", authority));
    Mesh.sidecarLogs(mesh.west(), "victim", SOURCE, authority, "\"end\":\"" + end + "\"");
  }

  private void forged() {
    String gateway = "spiffe://west.e2e/ns/isthmus-system/sa/isthmus-gateway";
    String answer =
        intruder.connect(
            victim() + ":15008", victim() + ":8080", "forwarded=for=\"" + gateway + "\"");
    mustSay("victim", answer);
    Mesh.sidecarLogs(
        mesh.west(), "victim", SOURCE, victim() + ":8080\"", "\"direction\":\"inbound\"");
    mustNotNameIn(mesh.west().kubectl(sidecarOf("victim")), gateway);
  }

  private void forgedAcross() {
    String neighbour = "spiffe://east.e2e/ns/shop/sa/neighbour";
    mesh.east()
        .kubectl(
            "annotate", "service", "hello", "-n", Mesh.SHOP, "mirror.isthmus.io/tunnel=terminate");
    Eventually.holds(
        LIMIT,
        () -> {
          String answer =
              intruder.connect(eastGateway(), HELLO, "forwarded=for=\"" + neighbour + "\"");
          return answer.contains("hello from east") ? "" : answer;
        });
    Mesh.sidecarLogs(
        mesh.east(), "deployment/hello", SOURCE, ":8080\"", "\"direction\":\"inbound\"");
    mustNotNameIn(mesh.east().kubectl(sidecarOf("deployment/hello")), neighbour);
  }

  private static String[] sidecarOf(String pod) {
    return new String[] {"logs", pod, "-n", Mesh.SHOP, "-c", "isthmus-proxy", "--tail=-1"};
  }

  private static void mustNotNameIn(String log, String forged) {
    if (log.contains("\"src.identity\":\"" + forged)) {
      throw new AssertionError("the log has the forged " + forged + ":\n" + log);
    }
  }

  private static void mustSay(String expected, String answer) {
    if (!answer.contains(expected)) {
      throw new AssertionError("expected '%s': %s".formatted(expected, answer));
    }
  }
}

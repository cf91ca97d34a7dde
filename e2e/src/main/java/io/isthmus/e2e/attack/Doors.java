package io.isthmus.e2e.attack;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Scenarios;
import java.util.List;

/** Ports of others that are open to nobody, or to anybody for nothing. */
record Doors(Mesh mesh, Intruder intruder) {
  private static final String WEBHOOK =
      "https://isthmus-control.isthmus-system.svc:15017/inject/namespace";
  private static final String NO_REVIEW = "isthmus_injection_reviews_total{decision=\"no_review\"";

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "a sidecar's admin page and its listeners are closed to other Pods, logged and counted",
        this::sidecar);
    scenarios.scenario("a gateway's admin page is closed to other Pods", this::gateway);
    scenarios.scenario(
        "an injected Pod reaches no other's admin page either, and the log says so",
        this::fromInside);
    scenarios.scenario(
        "the webhook refuses a plain client, and counts it",
        () -> mesh.mustCount(NO_REVIEW, () -> mustSay("400", status("-k -d '{}' " + WEBHOOK))));
    scenarios.scenario(
        "the webhook speaks TLS alone",
        () -> mustSay("000", status("-d '{}' " + WEBHOOK.replace("https", "http"))));
    scenarios.scenario(
        "an injected Pod's token for the API server gets it no certificate, and is counted",
        this::apiTokenFromInside);
  }

  private String victim() {
    return Mesh.pods(mesh.west(), Mesh.SHOP, "app=victim").getFirst();
  }

  private void sidecar() {
    double before = loops();
    List<Integer> ports = List.of(15_000, 15_001, 15_006);
    for (int port : ports) {
      mustSay("000", status("http://%s:%d/".formatted(victim(), port)));
      Mesh.sidecarLogs(
          mesh.west(),
          "victim",
          "\"src.address\":\"" + intruder.address() + ":",
          ":" + port + "\"",
          "\"end\":\"loop\"");
    }
    if (loops() < before + ports.size()) {
      throw new AssertionError("%s loops after %s".formatted(loops(), before));
    }
  }

  private double loops() {
    return Mesh.ended(mesh.west(), victim() + ":15020", "loop");
  }

  private void gateway() {
    for (String gateway :
        Mesh.pods(mesh.west(), Mesh.SYSTEM, "app.kubernetes.io/name=isthmus-gateway")) {
      mustSay("000", status("http://" + gateway + ":15000/"));
    }
  }

  private void fromInside() {
    Command.Result tried = inside("curl -sS -m 5 http://" + victim() + ":15000/");
    if (tried.exit() == 0) {
      throw new AssertionError(tried.toString());
    }
    String client = Mesh.pods(mesh.west(), Mesh.SHOP, "app=client").getFirst();
    Mesh.sidecarLogs(
        mesh.west(), "victim", "\"src.address\":\"" + client + ":", ":15000\"", "\"end\":\"loop\"");
  }

  private void apiTokenFromInside() {
    mesh.mustCount(
        "isthmus_calls_refused_total{method=\"CreateCertificate\",reason=\"unauthenticated\"",
        () ->
            mustSay(
                "grpc-status: 16",
                inside(
                        "printf '\\0\\0\\0\\0\\0' | curl -sk -m 5 --http2 -D - -H 'content-type:"
                            + " application/grpc' -H 'te: trailers' -H \"authorization: Bearer"
                            + " $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)\""
                            + " --data-binary @-"
                            + " https://isthmus-control.isthmus-system.svc:15012/istio.v1.auth.IstioCertificateService/CreateCertificate")
                    .output()));
  }

  /** The HTTP status of what curl gets from the intruder's Pod; 000: none. */
  private String status(String arguments) {
    return intruder.run("curl -s -m 5 -o /dev/null -w '%{http_code}' " + arguments);
  }

  private Command.Result inside(String script) {
    return mesh.west().inContainer(Mesh.SHOP, "deployment/client", "client", "sh", "-c", script);
  }

  private static void mustSay(String expected, String answer) {
    if (!answer.contains(expected)) {
      throw new AssertionError("expected '%s': %s".formatted(expected, answer));
    }
  }
}

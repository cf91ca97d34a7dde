package io.isthmus.e2e.attack;

import io.isthmus.e2e.Scenarios;
import java.util.List;
import java.util.Map;

/** Configuration of others, asked for from west's control plane. */
record Configurations(Mesh mesh, Intruder intruder) {
  private static final String TYPES = "type.googleapis.com/envoy.";
  private static final String ROUTES = TYPES + "config.route.v3.RouteConfiguration";
  private static final String ENDPOINTS = TYPES + "config.endpoint.v3.ClusterLoadAssignment";
  private static final String SECRETS = TYPES + "extensions.transport_sockets.tls.v3.Secret";
  private static final String CALLS_REFUSED =
      "isthmus_calls_refused_total{method=\"DeltaAggregatedResources\",reason=\"permission_denied\"";

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "the gateway's table of exports, asked for in the gateway's name, is refused and counted",
        () ->
            denied(
                node("gateway", "isthmus-system", "isthmus-gateway", "isthmus-gateway-0"),
                "isthmus-system"));
    scenarios.scenario(
        "the gateway's table, asked for in the own name, is refused and counted",
        () -> denied(own("gateway"), "isthmus-gateway"));
    scenarios.scenario(
        "xDS of another namespace, in the name of a Pod there, is refused and counted",
        () -> denied(node("sidecar", Mesh.SHOP, "victim", "victim"), "outside"));
    scenarios.scenario(
        "in its own name a Pod gets its trust domain's bundle, and no endpoint of other namespaces",
        this::ownNameOnly);
  }

  private void denied(WireMessage node, String named) {
    mesh.mustCount(
        CALLS_REFUSED,
        () -> {
          String answer = ask(node, ROUTES, List.of("inbound"));
          if (!answer.contains("grpc-status: 7") || !answer.contains(named)) {
            throw new AssertionError(answer);
          }
        });
  }

  private void ownNameOnly() {
    String bundle = ask(own("sidecar"), SECRETS, List.of("bundle/west.e2e"));
    if (!bundle.contains("BEGIN CERTIFICATE")) {
      throw new AssertionError("no bundle: " + bundle);
    }
    String endpoints =
        ask(
            own("sidecar"),
            ENDPOINTS,
            List.of("outbound/shop/hello-east/80", "outbound/shop/victim/80"));
    String victim = Mesh.pods(mesh.west(), Mesh.SHOP, "app=victim").getFirst();
    if (!endpoints.contains("outbound/shop/victim/80")
        || endpoints.contains(victim)
        || endpoints.contains(mesh.east().publicAddress())) {
      throw new AssertionError(endpoints);
    }
  }

  private String ask(WireMessage node, String type, List<String> names) {
    WireMessage request = new WireMessage().message(1, node).text(2, type);
    names.forEach(name -> request.text(3, name));
    return intruder.call(
        "envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
        "Bearer " + intruder.token(),
        request.bytes());
  }

  private WireMessage own(String role) {
    return node(role, "outside", "intruder", "intruder");
  }

  private WireMessage node(String role, String namespace, String account, String pod) {
    WireMessage metadata = new WireMessage();
    Map.of(
            "ROLE", role,
            "NAMESPACE", namespace,
            "SERVICE_ACCOUNT", account,
            "POD", pod,
            "POD_IP", intruder.address())
        .forEach((key, value) ->
            metadata.message(
                1, new WireMessage().text(1, key).message(2, new WireMessage().text(3, value))));
    return new WireMessage().text(1, "intruder").text(2, "west").message(3, metadata);
  }
}

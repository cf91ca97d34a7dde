package io.isthmus.e2e.install;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code isthmus inject} makes of a Pod is what the webhook makes of it: both as the API
 * server would store them.
 */
record InjectedAlike(Operator operator, KubernetesCluster cluster) {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: alike
        annotations:
          isthmus.io/skip-outbound-ports: "3306,9000"
          isthmus.io/skip-inbound-ports: "8081"
          isthmus.io/skip-outbound-cidrs: 192.0.2.0/24
          isthmus.io/proxy-cpu-request: 70m
          isthmus.io/proxy-memory-limit: 300Mi
          isthmus.io/log-level: debug
          isthmus.io/drain-seconds: "20"
      spec:
        initContainers:
        - name: migrate
          image: localhost/app:1
        containers:
        - name: app
          image: localhost/app:1
          ports:
          - name: web
            containerPort: 8080
          livenessProbe:
            tcpSocket:
              port: web
          startupProbe:
            tcpSocket:
              port: 9090
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
      """;

  /** Of the two namespaces only shop has the webhook's attention. */
  private static final String PLAIN = "default";

  /** The API server gives them random names. */
  private static final String OF_THE_API_SERVER = "kube-api-access-";

  void mustHold() {
    try {
      Path directory = Files.createTempDirectory("isthmus-e2e-inject");
      Path manifest = Files.writeString(directory.resolve("pod.yaml"), POD);
      JsonNode byWebhook = stored(manifest, Commands.SHOP);
      Path injected =
          Files.writeString(directory.resolve("injected.yaml"), injected(manifest, byWebhook));
      mustBeAlike(byWebhook, stored(injected, PLAIN));
      Files.delete(injected);
      Files.delete(manifest);
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode stored(Path manifest, String namespace) {
    String text =
        operator.kubectl(
            cluster,
            "create",
            "--dry-run=server",
            "-o",
            "json",
            "-n",
            namespace,
            "-f",
            manifest.toString());
    return JsonMapper.shared().readTree(text.substring(text.indexOf('{')));
  }

  private String injected(Path manifest, JsonNode byWebhook) {
    String said =
        operator.isthmus(
            "inject",
            "-f",
            manifest.toString(),
            "--cluster=west",
            "--trust-domain=west.e2e",
            "--capture-image=" + added(byWebhook, "isthmus-capture").path("image").asString(),
            "--sidecar-image=" + added(byWebhook, "isthmus-proxy").path("image").asString(),
            "--image-pull-policy="
                + added(byWebhook, "isthmus-proxy").path("imagePullPolicy").asString());
    // before it come lines for people
    return said.substring(Math.max(0, said.indexOf("apiVersion:")));
  }

  private static JsonNode added(JsonNode pod, String container) {
    for (JsonNode each : pod.path("spec").path("initContainers")) {
      if (each.path("name").asString().equals(container)) {
        return each;
      }
    }
    throw new AssertionError("the webhook has not added " + container + ": " + pod);
  }

  private static void mustBeAlike(JsonNode byWebhook, JsonNode byCommand) {
    for (String field : List.of("initContainers", "containers", "volumes", "securityContext")) {
      mustBeAlike(
          field,
          ofPeople(byWebhook.path("spec").path(field)),
          ofPeople(byCommand.path("spec").path(field)));
    }
    mustBeAlike(
        "labels",
        byWebhook.path("metadata").path("labels"),
        byCommand.path("metadata").path("labels"));
  }

  private static void mustBeAlike(String field, JsonNode one, JsonNode other) {
    if (!one.equals(other)) {
      throw new AssertionError(
          "%s%nby the webhook: %s%nby the command: %s".formatted(field, one, other));
    }
  }

  /** Without what the API server adds to every Pod. */
  private static JsonNode ofPeople(JsonNode list) {
    if (!(list.deepCopy() instanceof ArrayNode all)) {
      return list;
    }
    ArrayNode kept = JsonMapper.shared().createArrayNode();
    for (JsonNode each : all) {
      if (each.path("name").asString("").startsWith(OF_THE_API_SERVER)) {
        continue;
      }
      if (each instanceof ObjectNode container && container.path("volumeMounts").isArray()) {
        container.set("volumeMounts", ofPeople(container.path("volumeMounts")));
      }
      kept.add(each);
    }
    return kept;
  }
}

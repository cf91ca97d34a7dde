package io.isthmus.e2e.rights;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.ManifestFile;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.mesh.OfflineRoot;
import io.isthmus.e2e.site.Addresses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Everything that makes components ask their API servers for something; each step waits for what
 * has to come of it.
 */
record Life(Mesh mesh, OfflineRoot offline) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration ROTATION = Duration.ofSeconds(200);
  private static final String SHOP = "shop";
  private static final String EXPORTED = "mirror.isthmus.io/exported";

  void together(Scenarios scenarios) {
    mesh.clusters().forEach(cluster -> cluster.site().mountBundle());
    scenarios.stage("link them", this::link);
    scenarios.stage("export a Service, and change its ports", this::export);
    scenarios.stage("export one by a word that is not known", this::misread);
    scenarios.stage("export one whose mirror's name is taken", this::taken);
    scenarios.stage("ask for sidecars, and no longer", this::inject);
    scenarios.stage("rotate west's root", this::rotate);
    scenarios.stage("offer east another issuer", this::offer);
    scenarios.stage("restart west's mirror controller", this::restart);
  }

  void apart(Scenarios scenarios) {
    scenarios.stage("withdraw the export", this::withdraw);
    scenarios.stage("remove the Link", this::unlink);
  }

  private void link() {
    mesh.isthmus("link", "create", "--from", "west", "--to", "east");
  }

  private void export() {
    east("label", "service", "hello", "-n", SHOP, EXPORTED + "=true");
    west(ports -> ports.equals("80"), mirrorPorts());
    east(
        "patch",
        "service",
        "hello",
        "-n",
        SHOP,
        "--type=json",
        "-p=[{\"op\":\"add\",\"path\":\"/spec/ports/-\","
            + "\"value\":{\"name\":\"more\",\"port\":81,\"targetPort\":8080}}]");
    west(ports -> ports.equals("80 81"), mirrorPorts());
  }

  private static String[] mirrorPorts() {
    return new String[] {
      "get", "service", "hello-east", "-n", SHOP, "-o", "jsonpath={.spec.ports[*].port}"
    };
  }

  private void misread() {
    east("label", "service", "internal", "-n", SHOP, EXPORTED + "=maybe");
    Eventually.holds(LIMIT, () -> reason(mesh.east(), "NotExported"));
    east("label", "service", "internal", "-n", SHOP, EXPORTED + "-");
  }

  private void taken() {
    mesh.west()
        .site()
        .kubectl("create", "service", "clusterip", "internal-east", "-n", SHOP, "--tcp=80");
    east("label", "service", "internal", "-n", SHOP, EXPORTED + "=true");
    Eventually.holds(LIMIT, () -> reason(mesh.west(), "NameConflict"));
  }

  private static String reason(Cluster cluster, String reason) {
    String seen =
        cluster.site().kubectl("get", "events", "-A", "-o", "jsonpath={.items[*].reason}");
    return seen.contains(reason) ? "" : "events: " + seen;
  }

  /** The API server would call the webhook by its Service, which leads nowhere without a node. */
  private void inject() {
    Path webhook =
        Path.of(System.getProperty("isthmus.root", "."), "charts/isthmus/files/webhook.yaml");
    mesh.west().site().kubectl("apply", "-f", webhook.toString());
    west(
        roots -> !roots.isEmpty(),
        "get",
        "mutatingwebhookconfiguration",
        "isthmus-injection",
        "-o",
        "jsonpath={.webhooks[0].clientConfig.caBundle}");
    mesh.west().site().kubectl("create", "namespace", "mall");
    mesh.west().site().kubectl("annotate", "namespace", "mall", "isthmus.io/inject=enabled");
    west(names -> names.contains("isthmus-trust-bundle"), "get", "configmaps", "-n", "mall");
    review("mall");
    review("unknown");
    mesh.west().site().kubectl("annotate", "namespace", "mall", "isthmus.io/inject-");
    west(names -> !names.contains("isthmus-trust-bundle"), "get", "configmaps", "-n", "mall");
  }

  private void review(String namespace) {
    String answer =
        mesh.west()
            .workloadPod()
            .run(
                "curl",
                "-sfk",
                "-m",
                "5",
                "--json",
                ManifestFile.read(Life.class, "review.json").formatted(namespace),
                "https://" + Addresses.CONTROL + ":15017/inject/namespace");
    if (!answer.contains("\"allowed\":true")) {
      throw new AssertionError(answer);
    }
  }

  private void rotate() {
    mesh.west()
        .site()
        .kubectl(
            "patch",
            "trustdomain",
            "west",
            "--type=merge",
            "-p={\"spec\":{\"rotation\":{\"request\":\"Root\",\"id\":\"rights\",\"abort\":false}}}");
    steady(mesh.west(), rotation -> rotation.startsWith("Steady rights "));
  }

  private void offer() {
    mesh.east().site().apply(offline.offer());
    steady(mesh.east(), rotation -> rotation.matches("Steady \\S+ .*"));
  }

  private static void steady(Cluster cluster, Predicate<String> expected) {
    Eventually.holds(
        ROTATION,
        () -> {
          String rotation =
              cluster
                  .site()
                  .kubectl(
                      "get",
                      "trustdomain",
                      cluster.site().name(),
                      "-o",
                      "jsonpath={.status.phase} {.status.rotation.id}"
                          + " {.status.rotation.waitingFor}");
          return expected.test(rotation) ? "" : cluster.site().name() + " is " + rotation;
        });
  }

  private void restart() {
    mesh.process("west", "mirror-controller").process().terminate();
    mesh.process("west", "mirror-controller").process().awaitExit(LIMIT);
    mesh.process("west", "mirror-controller").restart();
    mesh.process("west", "mirror-controller").awaitReady();
  }

  private void withdraw() {
    east("label", "service", "hello", "-n", SHOP, EXPORTED + "-");
    west(names -> !names.contains("hello-east"), "get", "services", "-n", SHOP, "-o", "name");
  }

  private void unlink() {
    mesh.isthmus("link", "delete", "--yes", "--from", "west", "--to", "east");
    west(links -> links.isBlank(), "get", "links", "-A", "-o", "name");
  }

  private void east(String... arguments) {
    mesh.east().site().kubectl(arguments);
  }

  /** Waits until west's answer is as expected. */
  private void west(Predicate<String> expected, String... query) {
    Eventually.holds(
        LIMIT,
        () -> {
          String answer = mesh.west().site().kubectl(query);
          return expected.test(answer) ? "" : String.join(" ", query) + ": " + answer;
        });
  }
}

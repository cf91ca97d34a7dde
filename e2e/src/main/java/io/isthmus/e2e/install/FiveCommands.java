package io.isthmus.e2e.install;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The story: each command as it is typed, and how long after the first one the answer came. */
public final class FiveCommands {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration BAR = Duration.ofSeconds(90);
  private static final String SHOP = "shop";
  private static final String SYSTEM = "isthmus-system";
  private static final String ANSWER = "hello from east";

  private final Operator operator;
  private final KubernetesCluster west;
  private final KubernetesCluster east;
  private long began;
  private Duration took = Duration.ZERO;

  public FiveCommands(Operator operator, KubernetesCluster west, KubernetesCluster east) {
    this.operator = operator;
    this.west = west;
    this.east = east;
  }

  /** For a suite that begins where they end: a mesh of both, in which shop's client calls hello. */
  public void asStage(Scenarios scenarios) {
    type(scenarios);
    scenarios.stage("the caller gets an answer from the other cluster", this::answered);
  }

  void run(Scenarios scenarios) {
    type(scenarios);
    scenarios.scenario("the caller gets an answer from the other cluster", this::answered);
    scenarios.scenario("the answer came in less than 90 s from install", this::inTime);
    scenarios.scenario("the destination knows who called", this::identified);
    scenarios.scenario("the gateways have the addresses that MetalLB gave", this::addresses);
    scenarios.scenario("the clusters' Pods and Services have equal ranges", this::overlap);
  }

  private void type(Scenarios scenarios) {
    began = System.nanoTime();
    scenarios.stage("isthmus install, in both clusters", this::install);
    scenarios.stage("isthmus link create", this::link);
    scenarios.stage("annotate the namespace, and deploy apps that know nothing", this::deploy);
    scenarios.stage("label the Service", this::export);
  }

  private void install() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      String name = cluster == west ? "west" : "east";
      operator.isthmus(
          "install",
          "--context",
          cluster.name(),
          "--cluster",
          name,
          "--trust-domain",
          name + ".e2e",
          "--image-tag",
          "e2e",
          "--image-pull-policy",
          "Never");
    }
  }

  private void link() {
    operator.isthmus("link", "create", "--from", west.name(), "--to", east.name());
  }

  private void deploy() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      operator.kubectl(cluster, "create", "namespace", SHOP);
      operator.kubectl(cluster, "annotate", "namespace", SHOP, "isthmus.io/inject=enabled");
    }
    for (KubernetesCluster cluster : List.of(west, east)) {
      Eventually.holds(LIMIT, () -> followed(cluster));
    }
    west.apply(ManifestFile.read(FiveCommands.class, "client.yaml"), SHOP);
    east.apply(ManifestFile.read(FiveCommands.class, "hello.yaml"), SHOP);
  }

  /** The control plane follows the annotation into a label that the webhook's selector knows. */
  private String followed(KubernetesCluster cluster) {
    String label =
        operator.kubectl(
            cluster,
            "get",
            "namespace",
            SHOP,
            "-o",
            "jsonpath={.metadata.labels.isthmus\\.io/injection}");
    return label.equals("enabled") ? "" : "isthmus.io/injection is '" + label + "'";
  }

  private void export() {
    operator.kubectl(
        east, "label", "service", "hello", "-n", SHOP, "mirror.isthmus.io/exported=true");
  }

  private void answered() {
    operator.kubectl(west, "rollout", "status", "deployment/client", "-n", SHOP, "--timeout=60s");
    Eventually.holds(
        LIMIT,
        () -> {
          Command.Result call = call();
          return call.output().strip().equals(ANSWER) ? "" : call.output();
        });
    took = Duration.ofNanos(System.nanoTime() - began);
  }

  private void inTime() {
    System.out.printf(
        Locale.ROOT, "          first answer %.1f s after install%n", took.toMillis() / 1000.0);
    if (took.compareTo(BAR) > 0) {
      throw new AssertionError("it took " + took);
    }
  }

  private Command.Result call() {
    return operator.attempt(
        west,
        "exec",
        "-n",
        SHOP,
        "deployment/client",
        "-c",
        "client",
        "--",
        "curl",
        "-sS",
        "-m",
        "3",
        "http://hello-east.shop");
  }

  private void identified() {
    Eventually.holds(
        LIMIT,
        () -> {
          String log =
              operator.kubectl(
                  east, "logs", "deployment/hello", "-n", SHOP, "-c", "isthmus-proxy", "--tail=50");
          return log.lines()
                  .anyMatch(line ->
                      line.contains("\"direction\":\"inbound\"")
                          && line.contains(
                              "\"src.identity\":\"spiffe://west.e2e/ns/shop/sa/client\""))
              ? ""
              : log;
        });
  }

  private void addresses() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      String address =
          operator.kubectl(
              cluster,
              "get",
              "service",
              "isthmus-gateway",
              "-n",
              SYSTEM,
              "-o",
              "jsonpath={.status.loadBalancer.ingress[*].ip}");
      if (!address.equals(cluster.publicAddress())) {
        throw new AssertionError(
            "%s: '%s', expected %s".formatted(cluster.name(), address, cluster.publicAddress()));
      }
    }
  }

  private void overlap() {
    String pods = "jsonpath={.items[0].spec.podCIDR}";
    String services = "jsonpath={.items[0].spec.cidrs}";
    for (String[] range :
        List.of(
            new String[] {"get", "nodes", "-o", pods},
            new String[] {"get", "servicecidrs", "-o", services})) {
      String here = operator.kubectl(west, range);
      String there = operator.kubectl(east, range);
      if (here.isBlank() || !here.equals(there)) {
        throw new AssertionError("west has %s, east %s".formatted(here, there));
      }
    }
  }
}

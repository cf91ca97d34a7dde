package io.isthmus.e2e.install;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The story: each command as it is typed, and how long after the first one the answer came. */
public final class FiveCommands {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration BAR = Duration.ofSeconds(90);

  private final Operator operator;
  private final Commands commands;
  private final KubernetesCluster west;
  private final KubernetesCluster east;
  private long began;
  private Duration took = Duration.ZERO;

  public FiveCommands(Operator operator, KubernetesCluster west, KubernetesCluster east) {
    this.operator = operator;
    this.commands = new Commands(operator);
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
    scenarios.stage(
        "isthmus install, in both clusters", () -> List.of(west, east).forEach(commands::install));
    scenarios.stage("isthmus link create", () -> commands.link(west, east));
    scenarios.stage("annotate the namespace, and deploy apps that know nothing", this::deploy);
    scenarios.stage("label the Service", () -> commands.export(east, "hello"));
  }

  private void deploy() {
    List.of(west, east).forEach(commands::annotateNamespace);
    List.of(west, east).forEach(commands::awaitInjection);
    commands.deployClient(west);
    commands.deployHello(east);
  }

  private void answered() {
    commands.awaitClient(west);
    commands.awaitAnswer(west, east);
    took = Duration.ofNanos(System.nanoTime() - began);
  }

  private void inTime() {
    System.out.printf(
        Locale.ROOT, "          first answer %.1f s after install%n", took.toMillis() / 1000.0);
    if (took.compareTo(BAR) > 0) {
      throw new AssertionError("it took " + took);
    }
  }

  private void identified() {
    Eventually.holds(
        LIMIT,
        () -> {
          String log =
              operator.kubectl(
                  east,
                  "logs",
                  "deployment/hello",
                  "-n",
                  Commands.SHOP,
                  "-c",
                  "isthmus-proxy",
                  "--tail=50");
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
              Commands.SYSTEM,
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

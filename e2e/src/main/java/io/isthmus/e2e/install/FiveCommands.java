package io.isthmus.e2e.install;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The story: each command as the page about installing has it, and how long after the first one the
 * answer came.
 */
public final class FiveCommands {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration BAR = Duration.ofSeconds(90);

  private final Operator operator;
  private final Commands commands;
  private final KubernetesCluster west;
  private final KubernetesCluster east;
  private final FiveSteps steps;
  private final List<String> install;
  private long began;
  private Duration took = Duration.ZERO;

  public FiveCommands(Operator operator, KubernetesCluster west, KubernetesCluster east) {
    this(operator, west, east, FiveSteps.of(Page.ofInstalling(operator.root())).install());
  }

  private FiveCommands(
      Operator operator, KubernetesCluster west, KubernetesCluster east, List<String> install) {
    this.operator = operator;
    this.commands = new Commands(operator);
    this.west = west;
    this.east = east;
    this.steps = FiveSteps.of(Page.ofInstalling(operator.root()));
    this.install = install;
  }

  /** The same with Helm's own program in the first step; the page shows it for one cluster. */
  static FiveCommands byHelm(Operator operator, KubernetesCluster west, KubernetesCluster east) {
    List<String> one = Page.ofInstalling(operator.root()).lines("By Helm");
    return new FiveCommands(
        operator,
        west,
        east,
        Stream.concat(one.stream(), one.stream().map(line -> line.replace("west", "east")))
            .toList());
  }

  /** For a suite that begins where they end: a mesh of both, in which shop's client calls hello. */
  public void asStage(Scenarios scenarios) {
    type(scenarios);
    scenarios.stage("the caller gets an answer from the other cluster", this::answered);
  }

  public void run(Scenarios scenarios) {
    type(scenarios);
    scenarios.scenario("the caller gets an answer from the other cluster", this::answered);
    scenarios.scenario("the answer came in less than 90 s from install", this::inTime);
    scenarios.scenario("the destination knows who called", this::identified);
    scenarios.scenario("the gateways have the addresses that MetalLB gave", this::addresses);
    scenarios.scenario("the clusters' Pods and Services have equal ranges", this::overlap);
    scenarios.scenario(
        "the Link says that the mirror's name resolves, as Pods ask for it", this::resolves);
    scenarios.scenario(
        "isthmus inject makes of a Pod what the webhook makes of it",
        new InjectedAlike(operator, west)::mustHold);
  }

  private void type(Scenarios scenarios) {
    began = System.nanoTime();
    scenarios.stage("install, in both clusters", () -> install.forEach(this::type));
    scenarios.stage("link", () -> steps.link().forEach(this::type));
    scenarios.stage("annotate the namespace, and deploy apps that know nothing", this::deploy);
    scenarios.stage("label the Service", () -> steps.export().forEach(this::type));
  }

  private void type(String line) {
    operator.type(testbed().of(line));
  }

  private TestbedLine testbed() {
    return new TestbedLine(operator.root(), west, east);
  }

  private void deploy() {
    List.of(west, east).forEach(commands::createNamespace);
    Predicate<String> annotates = line -> line.contains(" annotate ");
    steps.deploy().stream().filter(annotates).forEach(this::type);
    List.of(west, east).forEach(commands::awaitInjection);
    steps.deploy().stream().filter(annotates.negate()).forEach(this::type);
  }

  private void answered() {
    commands.awaitClient(west);
    Eventually.holds(
        LIMIT,
        () -> {
          // the first line may be kubectl's: which container it took
          String said = operator.attempt(testbed().of(steps.call().getLast())).output();
          return said.lines().toList().contains("hello from east") ? "" : said;
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

  private void resolves() {
    Eventually.holds(
        LIMIT,
        () -> {
          String said =
              operator.kubectl(
                  west,
                  "get",
                  "link",
                  "east",
                  "-n",
                  Commands.SYSTEM,
                  "-o",
                  "jsonpath={.status.conditions[?(@.type=='NamesResolve')]}");
          return said.contains("\"status\":\"True\"")
                  && said.contains("for hello-east.shop.svc.cluster.local.")
              ? ""
              : said;
        });
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

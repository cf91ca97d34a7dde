package io.isthmus.e2e.apps;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Servers in east, clients in west: what they say, and what the sidecar at the server saw. */
record Unmodified(KubernetesCluster west, KubernetesCluster east) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SHOP = "shop";

  void run(Scenarios scenarios) {
    scenarios.stage("deploy servers in east, and clients in west", this::deploy);
    scenarios.scenario(
        "nginx is read across clusters, a file of a megabyte whole", this::readsNginx);
    scenarios.scenario("gRPC is answered on one connection across clusters", this::pings);
    scenarios.scenario(
        "a CronJob's pgbench works with PostgreSQL in the other cluster, and its Job finishes",
        this::benches);
    scenarios.scenario(
        "Pods of a StatefulSet are reached by their own names in their cluster, in plain text",
        this::callsPeers);
    scenarios.scenario(
        "a headless Service that is exported has no mirror, and the Link says why",
        this::isNotMirrored);
  }

  private void deploy() {
    String programs = AppImages.postgresPrograms();
    east.apply(ManifestFile.read(Unmodified.class, "east.yaml").formatted(programs), SHOP);
    for (String server :
        List.of("deployment/web", "deployment/database", "deployment/ping", "statefulset/peers")) {
      try {
        east.kubectl("rollout", "status", server, "-n", SHOP, "--timeout=90s");
      } catch (ProcessFailure e) {
        throw new ProcessFailure(e.getMessage() + story(), e);
      }
    }
    Eventually.holds(LIMIT, () -> isMirrored("database-east"));
    west.apply(ManifestFile.read(Unmodified.class, "west.yaml").formatted(programs), SHOP);
    west.kubectl("wait", "--for=condition=Ready", "pod/pinger", "-n", SHOP, "--timeout=60s");
  }

  private String isMirrored(String service) {
    String ready =
        west.kubectl(
            "get",
            "endpointslices",
            "-n",
            SHOP,
            "-l",
            "kubernetes.io/service-name=" + service,
            "-o",
            "jsonpath={.items[*].endpoints[*].conditions.ready}");
    return ready.equals("true") ? "" : "endpoints of %s are ready: '%s'".formatted(service, ready);
  }

  private String story() {
    return Stream.of(
            new String[] {"get", "pods", "-n", SHOP},
            new String[] {"get", "events", "-n", SHOP, "--sort-by=.lastTimestamp"},
            new String[] {"logs", "deployment/database", "-n", SHOP, "--tail=15"},
            new String[] {"logs", "deployment/web", "-n", SHOP, "--tail=15"})
        .map(arguments -> "\n" + east.attempt(arguments).output())
        .reduce("", String::concat);
  }

  private void readsNginx() {
    Eventually.holds(
        LIMIT, () -> differs(client("curl -sS -m 5 http://web-east"), "nginx in east"));
    String here = Command.run("sh", "-c", "sha256sum </usr/sbin/nginx").strip();
    String read = client("curl -sS -m 20 http://web-east/itself | sha256sum");
    if (!read.equals(here)) {
      throw new AssertionError("sha256 '%s', expected '%s'".formatted(read, here));
    }
    callerIsKnown("deployment/web", "client");
  }

  private static String differs(String seen, String expected) {
    return seen.equals(expected) ? "" : "'%s', expected '%s'".formatted(seen, expected);
  }

  private void pings() {
    Eventually.holds(
        LIMIT,
        () -> {
          Command.Result pinged =
              west.inContainer(
                  SHOP, "pinger", "fortio", "/fortio", "grpcping", "-n", "20", "ping-east:8079");
          return pinged.exit() == 0 && pinged.output().contains("RTT histogram usec : count 60")
              ? ""
              : pinged.toString();
        });
    callerIsKnown("deployment/ping", "pinger");
  }

  /** It starts at the next full minute. */
  private void benches() {
    Eventually.holds(
        LIMIT.multipliedBy(2),
        () -> {
          String jobs =
              west.kubectl(
                  "get",
                  "jobs",
                  "-n",
                  SHOP,
                  "-o",
                  "jsonpath={.items[*].status.conditions[*].type}");
          if (jobs.contains("Failed")) {
            throw new AssertionError(west.kubectl("logs", "-l", "app=bench", "-n", SHOP));
          }
          return jobs.contains("Complete") ? "" : "conditions of Jobs: " + jobs;
        });
    String said = west.kubectl("logs", "-l", "app=bench", "-n", SHOP, "-c", "pgbench", "--tail=-1");
    if (!said.contains("number of transactions actually processed: 200/200")) {
      throw new AssertionError(said);
    }
    callerIsKnown("deployment/database", "bench");
  }

  /** What is called by a Pod's address is no Service's, and goes as it is. */
  private void callsPeers() {
    String caller =
        east.kubectl(
            "get",
            "pods",
            "-l",
            "app=hello",
            "-n",
            SHOP,
            "-o",
            "jsonpath={.items[0].status.podIP}");
    for (String peer : List.of("peers-0", "peers-1")) {
      Eventually.holds(
          LIMIT,
          () ->
              differs(
                  east.inContainer(
                          SHOP,
                          "deployment/hello",
                          "hello",
                          "timeout",
                          "5",
                          "wget",
                          "-qO-",
                          "http://" + peer + ".peers:8080/")
                      .output()
                      .strip(),
                  peer));
      logged(
          peer,
          "\"src.address\":\"" + caller + ":",
          "\"direction\":\"inbound\"",
          "\"tunnel\":\"none\"");
    }
  }

  private void isNotMirrored() {
    Eventually.holds(
        LIMIT,
        () -> {
          String said =
              west.kubectl("get", "links", "-A", "-o", "jsonpath={.items[*].status.conditions}");
          return said.contains("shop/peers") && said.contains("it is headless") ? "" : said;
        });
    String services = west.kubectl("get", "services", "-n", SHOP, "-o", "name");
    if (services.contains("peers-east")) {
      throw new AssertionError(services);
    }
  }

  private String client(String script) {
    return west.inContainer(SHOP, "deployment/client", "client", "sh", "-c", script)
        .output()
        .strip();
  }

  private void callerIsKnown(String server, String account) {
    logged(
        server,
        "\"direction\":\"inbound\"",
        "\"tunnel\":\"hbone\"",
        "\"src.identity\":\"spiffe://west.e2e/ns/shop/sa/%s\"".formatted(account));
  }

  /** A line is written when its connection has ended. */
  private void logged(String server, String... words) {
    Eventually.holds(
        LIMIT,
        () -> {
          String log = east.kubectl("logs", server, "-n", SHOP, "-c", "isthmus-proxy");
          return log.lines().anyMatch(line -> Stream.of(words).allMatch(line::contains))
              ? ""
              : "no line of %s with %s:%n%s".formatted(server, List.of(words), log);
        });
  }
}

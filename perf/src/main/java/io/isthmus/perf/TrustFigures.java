package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code perf/run trust}: how fast trust moves, and what that costs. Prints a row at a time. */
final class TrustFigures {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LONG_LIMIT = Duration.ofMinutes(5);
  private static final int CONNECTIONS = 100;
  private static final int POLL_MILLIS = 50;

  private final TrustPlan plan;
  private final Path directory;
  private final MeshCluster cluster;
  private final LoadProcess registrar;

  private TrustFigures(TrustPlan plan, Path directory, MeshCluster cluster, LoadProcess registrar) {
    this.plan = plan;
    this.directory = directory;
    this.cluster = cluster;
    this.registrar = registrar;
  }

  static void run(TrustPlan plan, Path directory) {
    try (TestBed bed = new TestBed();
        Backend backend = new Backend(directory);
        MeshCluster cluster = MeshCluster.start(directory, plan.leafLifetime());
        LoadProcess registrar =
            LoadProcess.start(
                "registrar",
                directory,
                TestBed.on(
                    TestBed.DESTINATION,
                    load(Jvm.jar("perf"), "128m", Registrar.class, directory.toString())))) {
      TrustFigures figures = new TrustFigures(plan, directory, cluster, registrar);
      System.out.println("| trust | measured | bar |  |");
      System.out.println("|---|---|---|---|");
      figures.fleet();
      figures.swaps();
      figures.revocation();
    }
  }

  private static List<String> load(
      String classPath, String heap, Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jvm.java(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "-Xss256k",
                "-cp",
                classPath,
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A load that is made of a sidecar's classes: its libraries come before those of this module. */
  private static String classPathOfProxy() {
    return Jvm.jar("proxy") + ":" + Jvm.jar("perf");
  }

  private void fleet() {
    String count = Integer.toString(plan.proxies());
    FleetAddresses.make(plan.proxies(), directory);
    registrar.ask(LONG_LIMIT, "fleet", count);
    try (LoadProcess fleet =
        LoadProcess.start(
            "fleet",
            directory,
            TestBed.on(
                TestBed.CALLER,
                load(classPathOfProxy(), "1g", ProxyFleet.class, count, directory.toString())))) {
      fleet.ask(LONG_LIMIT, "start");
      await(fleet, LONG_LIMIT, "ready");
      rotation(fleet);
      acknowledgement();
      print(
          "resident set of the control plane, peak", cluster.control().peakMegabytes(), 350, "MB");
      System.out.printf("certificates asked for in vain: %s%n", fleet.ask(LIMIT, "failures"));
    }
  }

  private void rotation(LoadProcess fleet) {
    String old = registrar.ask(LIMIT, "issuer");
    registrar.ask(LIMIT, "rotate", "perf-1");
    String next = registrar.ask(LIMIT, "issuer");
    long asked = System.nanoTime();
    while (next.equals(old)) {
      if (System.nanoTime() - asked > LONG_LIMIT.toNanos()) {
        throw new BenchmarkFailure("the rotation did not switch within " + LONG_LIMIT);
      }
      Pause.millis(POLL_MILLIS);
      next = registrar.ask(LIMIT, "issuer");
    }
    double cpu = cluster.control().cpuSeconds();
    long start = System.nanoTime();
    await(fleet, LONG_LIMIT, "shows", next);
    double seconds = seconds(start, System.nanoTime());
    double cores = (cluster.control().cpuSeconds() - cpu) / seconds;
    print(
        "switch of the issuer until all of %d proxies show its leaves".formatted(plan.proxies()),
        seconds,
        60,
        "s");
    print("control plane's CPU meanwhile", cores, 1, "cores");
  }

  private void await(LoadProcess fleet, Duration limit, String... order) {
    long start = System.nanoTime();
    String all = Integer.toString(plan.proxies());
    String seen = fleet.ask(LIMIT, order);
    while (!seen.equals(all)) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new BenchmarkFailure(
            "%s: %s of %s within %s".formatted(String.join(" ", order), seen, all, limit));
      }
      Pause.millis(POLL_MILLIS);
      seen = fleet.ask(LIMIT, order);
    }
  }

  private void acknowledgement() {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < plan.generations(); i++) {
      Pause.millis(2500); // reports are read once a second, and statuses written every two
      String answer = registrar.ask(LONG_LIMIT, "acknowledged", Integer.toString(plan.proxies()));
      Arrays.stream(answer.split(" ")).map(Long::valueOf).forEach(millis::add);
    }
    millis.sort(null);
    print(
        "new generation asked for until the control plane has the acknowledgement, p99",
        millis.get(Math.ceilDiv(millis.size() * 99, 100) - 1) / 1000.0,
        3,
        "s");
    print("the same, slowest", millis.getLast() / 1000.0, 3, "s");
    long start = System.nanoTime();
    String all = Integer.toString(plan.proxies());
    while (!registrar.ask(LIMIT, "enforcing").equals(all)) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new BenchmarkFailure(
            "status.enforcement counts fewer than %s digests".formatted(all));
      }
      Pause.millis(POLL_MILLIS);
    }
  }

  private void swaps() {
    registrar.ask(LIMIT, "export-issuer");
    try (LoadProcess agent =
            LoadProcess.start(
                "agent",
                directory,
                TestBed.on(
                    TestBed.DESTINATION,
                    load(
                        classPathOfProxy(),
                        "128m",
                        SwapAgent.class,
                        directory.toString(),
                        MeshCluster.ID_PREFIX + "backend")));
        Handshakes handshakes =
            Handshakes.start(
                directory,
                2,
                List.of(
                    new Handshakes.Door(
                        "sidecar",
                        new Contender.TlsDoor(
                            IsthmusPair.TLS_PORT,
                            directory.resolve("load.pem"),
                            directory.resolve("load.p8")))))) {
      agent.ask(LIMIT, "listening");
      try (ChildProcess sidecar =
          cluster.sidecar(
              TestBed.DESTINATION,
              "backend",
              TestBed.DESTINATION_IP,
              List.of(
                  "--svid-source=workload-api",
                  "--workload-api-socket=" + directory.resolve(SwapAgent.SOCKET)))) {
        double first = swapped(agent, handshakes, sidecar, plan.firstSwaps());
        double last = swapped(agent, handshakes, sidecar, plan.swaps() - plan.firstSwaps());
        System.out.printf("resident set: %.1f MB, then %.1f MB%n", first, last);
        print(
            "resident set after %d swaps of the certificate, above that after %d"
                .formatted(plan.swaps(), plan.firstSwaps()),
            Math.abs(last - first),
            5,
            "MB");
      }
    }
  }

  /** Resident set after so many swaps among handshakes, when both have been over for a while. */
  private double swapped(
      LoadProcess agent, Handshakes handshakes, ChildProcess sidecar, int count) {
    handshakes.begin("sidecar");
    String last = agent.ask(LONG_LIMIT, "say", Integer.toString(count));
    long start = System.nanoTime();
    while (!TestBed.in(TestBed.DESTINATION, "curl", "-s", "http://127.0.0.1:15000/certs")
        .contains(last)) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new BenchmarkFailure("the sidecar did not take the last certificate " + last);
      }
      Pause.millis(POLL_MILLIS);
    }
    System.out.printf("%.0f handshakes among %d swaps%n", handshakes.end(), count);
    Pause.millis(plan.settledSeconds() * 1000L);
    return new Hop(sidecar).rssMegabytes();
  }

  private void revocation() {
    try (ChildProcess destination =
            cluster.sidecar(TestBed.DESTINATION, "backend", TestBed.DESTINATION_IP, List.of());
        ChildProcess caller =
            cluster.sidecar(TestBed.CALLER, "caller", TestBed.CALLER_IP, List.of());
        LoadProcess held =
            LoadProcess.start(
                "held-connections",
                directory,
                TestBed.on(
                    TestBed.CALLER,
                    load(
                        Jvm.jar("perf"),
                        "64m",
                        HeldConnections.class,
                        TestBed.SERVICE_IP,
                        "80")))) {
      Backend.awaitAnswer(TestBed.SERVICE_IP, 80);
      held.ask(LIMIT, "open", Integer.toString(CONNECTIONS));
      String issuer = registrar.ask(LIMIT, "issuer");
      long start = System.nanoTime();
      registrar.ask(LIMIT, "revoke", issuer);
      String[] closed = held.ask(LIMIT, "closed", "30").split(" ", 2);
      if (!closed[0].equals("0")) {
        throw new BenchmarkFailure(
            "%s of %d connections live on 30 s after their issuer was revoked"
                .formatted(closed[0], CONNECTIONS));
      }
      print(
          "revocation of the issuer until the last of %d connections is closed"
              .formatted(CONNECTIONS),
          seconds(start, Long.parseLong(closed[1])),
          2,
          "s");
    }
  }

  private static double seconds(long from, long to) {
    return (double) (to - from) / TimeUnit.SECONDS.toNanos(1);
  }

  private static void print(String what, double value, double bar, String unit) {
    System.out.print(Report.line(what, value, bar, unit));
  }
}

package io.isthmus.e2e.story;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Who must not get through, and what they and the operator are told. */
final class Refusals {
  private final Mesh mesh;

  Refusals(Mesh mesh) {
    this.mesh = mesh;
  }

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "a Service that is not exported has no mirror, and its name is refused by the sidecar",
        this::notMirrored);
    scenarios.scenario(
        "a mirror whose export was withdrawn is refused by east's gateway, which says why",
        this::notExported);
    scenarios.scenario(
        "a caller of an unlinked trust domain is refused in TLS by the gateway", this::unlinked);
    scenarios.scenario(
        "a caller without a certificate is refused by the gateway and by the sidecar",
        this::withoutCertificate);
    scenarios.scenario("TLS 1.2 is refused", this::tls12);
    scenarios.scenario("plain HTTP on 15008 gets no answer", this::plainHttp);
  }

  private void notMirrored() {
    Command.Result tried =
        mesh.west()
            .workloadPod()
            .attempt(
                "curl",
                "-sS",
                "-m",
                "5",
                "--proxy",
                "http://127.0.0.1:15080",
                "--proxytunnel",
                "http://internal-east.shop:80/");
    if (tried.exit() == 0) {
      throw new AssertionError("curl got " + tried.output());
    }
    String mirrors = mesh.west().site().kubectl("get", "services", "-n", "shop", "-o", "name");
    if (mirrors.contains("internal-east")) {
      throw new AssertionError("west has " + mirrors);
    }
  }

  /**
   * A second export is mirrored, then withdrawn while west's mirror controller is down: west still
   * asks, and it is the gateway that must refuse.
   */
  private void notExported() {
    mesh.east()
        .site()
        .kubectl("label", "service", "internal", "-n", "shop", "mirror.isthmus.io/exported=true");
    Eventually.holds(Duration.ofSeconds(30), () -> call("internal-east", 0));
    mesh.process("west", "mirror-controller").kill();
    try {
      mesh.east()
          .site()
          .kubectl("label", "service", "internal", "-n", "shop", "mirror.isthmus.io/exported-");
      Eventually.holds(Duration.ofSeconds(15), () -> call("internal-east", 97));
      Eventually.holds(
          Duration.ofSeconds(10),
          () ->
              mesh.process("east", "eastwest-gateway")
                      .log()
                      .lines()
                      .anyMatch(line ->
                          line.contains("internal.shop.svc.cluster.local:80")
                              && line.contains("not exported")
                              && line.contains("spiffe://west.e2e/ns/shop/sa/client"))
                  ? ""
                  : "no line of east's gateway says that internal is not exported");
    } finally {
      mesh.process("west", "mirror-controller").restart();
      mesh.process("west", "mirror-controller").awaitReady();
    }
    Eventually.holds(
        Duration.ofSeconds(30),
        () ->
            mesh.west()
                    .site()
                    .kubectl("get", "services", "-n", "shop", "-o", "name")
                    .contains("internal-east")
                ? "internal-east is still in west"
                : "");
  }

  /** Empty when curl exits as expected; 97 is its status for a refusal by a SOCKS proxy. */
  private String call(String service, int expectedExit) {
    Command.Result tried = new Caller(mesh).get("http://" + service + ".shop:80/", 5);
    return tried.exit() == expectedExit
        ? ""
        : "curl to %s exited %d, expected %d: %s"
            .formatted(service, tried.exit(), expectedExit, tried.output().strip());
  }

  private void unlinked() {
    Path directory = mesh.scratch().resolve("stranger");
    Path script = directory.resolve("stranger-certificate.sh");
    try (var in = Refusals.class.getResourceAsStream("stranger-certificate.sh")) {
      Files.createDirectories(directory);
      Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.run("bash", script.toString(), directory.toString(), "spiffe://north.e2e/ns/x/sa/y");
    String printed =
        openssl(
            "-cert", directory.resolve("leaf.pem").toString(),
            "-key", directory.resolve("leaf.key").toString());
    if (!printed.contains("alert")) {
      throw new AssertionError("expected a TLS alert, openssl printed:\n" + printed);
    }
    String metrics =
        mesh.east()
            .gatewayPod()
            .run("curl", "-sf", "http://" + Addresses.EASTWEST + ":15020/metrics");
    if (!metrics.contains("isthmus_handshakes_total{result=\"peer_unknown_trust_domain\"")) {
      throw new AssertionError("east's gateway counts no handshake of an unknown trust domain");
    }
  }

  private void withoutCertificate() {
    String printed = openssl();
    if (!printed.contains("alert")) {
      throw new AssertionError("the gateway: expected a TLS alert, got:\n" + printed);
    }
    Command.Result sidecar =
        mesh.east()
            .gatewayPod()
            .attempt(
                "bash",
                "-c",
                "sleep 1 | timeout 5 openssl s_client -connect "
                    + Addresses.WORKLOAD
                    + ":15008 -alpn h2 -tls1_3 2>&1");
    if (!sidecar.output().contains("alert")) {
      throw new AssertionError("the sidecar: expected a TLS alert, got:\n" + sidecar.output());
    }
  }

  private void tls12() {
    String printed = openssl("-tls1_2");
    if (!printed.contains("alert protocol version") && !printed.contains("unsupported protocol")) {
      throw new AssertionError("expected a protocol version alert, got:\n" + printed);
    }
  }

  private void plainHttp() {
    Command.Result tried =
        mesh.west()
            .site()
            .node()
            .attempt(
                "curl",
                "-sS",
                "-m",
                "5",
                "--http1.1",
                "http://" + mesh.east().site().addresses().publicAddress() + ":15008/");
    if (tried.exit() == 0) {
      throw new AssertionError("plain HTTP was answered: " + tried.output());
    }
  }

  /**
   * openssl s_client from west to east's gateway; reads for a second, for alerts come late in TLS
   * 1.3.
   */
  private String openssl(String... more) {
    return mesh.west()
        .site()
        .node()
        .attempt(
            "bash",
            "-c",
            "sleep 1 | timeout 5 openssl s_client -connect "
                + mesh.east().site().addresses().publicAddress()
                + ":15008 -alpn h2 "
                + String.join(" ", more)
                + " 2>&1")
        .output();
  }
}

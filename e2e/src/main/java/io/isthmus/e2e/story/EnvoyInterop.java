package io.isthmus.e2e.story;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.HelloServer;
import io.isthmus.e2e.mesh.Manifests;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.Addresses;
import io.isthmus.e2e.site.Namespace;
import io.isthmus.e2e.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Envoy in a Pod of east, with an SVID of east's issuer: as HBONE client and as HBONE server. */
final class EnvoyInterop {
  private static final String POD = "10.244.0.20";

  private final Mesh mesh;
  private final Site east;
  private final Path directory;

  EnvoyInterop(Mesh mesh) {
    this.mesh = mesh;
    this.east = mesh.east().site();
    this.directory = mesh.scratch().resolve("envoy");
  }

  void run(Scenarios scenarios) {
    Path binary = mesh.binaries().resolve("envoy");
    if (!Files.isExecutable(binary)) {
      scenarios.scenario(
          "Envoy is at hand",
          () -> {
            throw new AssertionError(binary + " is missing: run e2e/testbed/build.sh tool envoy");
          });
      return;
    }
    Namespace pod = east.podNetwork("envoy", POD);
    try (ChildProcess envoy = start(pod, binary)) {
      east.startApp(
          pod,
          HelloServer.class.getName(),
          List.of(POD, "8080", "hello from behind envoy"),
          "http://" + POD + ":8080/");
      envoy.awaitLog("starting main dispatch loop", Duration.ofSeconds(20));
      scenarios.scenario(
          "Envoy as HBONE client reaches an app through our sidecar", () -> asClient(pod));
      scenarios.scenario(
          "our sidecar as HBONE client reaches an app through Envoy", this::asServer);
    }
  }

  private void asClient(Namespace pod) {
    Eventually.holds(
        Duration.ofSeconds(15),
        () ->
            expect(
                pod.attempt("curl", "-sS", "-m", "5", "http://" + POD + ":10000/"),
                "hello from east/hello-1\n"));
    String expected = "spiffe://%s/ns/shop/sa/envoy".formatted(east.trustDomain());
    Eventually.holds(
        Duration.ofSeconds(10),
        () ->
            mesh.process("east", "sidecar").log().contains(expected)
                ? ""
                : "east's access log does not name " + expected);
  }

  private void asServer() {
    east.apply(Manifests.behindEnvoy());
    east.kubectl(
        "patch",
        "pod",
        "envoy-1",
        "-n",
        "shop",
        "--subresource=status",
        "--type=merge",
        "-p",
        Manifests.readyStatus(POD));
    Eventually.holds(
        Duration.ofSeconds(20),
        () ->
            expect(
                mesh.east()
                    .workloadPod()
                    .attempt(
                        "curl",
                        "-sS",
                        "-m",
                        "5",
                        "--socks5-hostname",
                        "127.0.0.1:15080",
                        "http://envoy.shop:80/"),
                "hello from behind envoy\n"));
  }

  private static String expect(Command.Result result, String body) {
    return result.exit() == 0 && result.output().equals(body)
        ? ""
        : "curl exited %d: %s".formatted(result.exit(), result.output().strip());
  }

  private ChildProcess start(Namespace pod, Path binary) {
    try {
      Files.createDirectories(directory);
      secret("isthmus-issuer", "tls.crt", "issuer.pem");
      secret("isthmus-issuer", "tls.key", "issuer.key");
      secret("isthmus-root", "tls.crt", "root.pem");
      Path script = directory.resolve("envoy-certificate.sh");
      Files.writeString(script, resource("envoy-certificate.sh"));
      Command.run(
          "bash",
          script.toString(),
          directory.toString(),
          "spiffe://%s/ns/shop/sa/envoy".formatted(east.trustDomain()));
      Path config = directory.resolve("envoy.yaml");
      Files.writeString(
          config,
          resource("envoy.yaml")
              .replace("@POD@", POD)
              .replace("@TARGET@", Addresses.WORKLOAD)
              .replace("@DIR@", directory.toString())
              .replace("@DOMAIN@", east.trustDomain()));
      return ChildProcess.start(
          "envoy",
          directory,
          pod.line(
              List.of(
                  binary.toString(),
                  "-c",
                  config.toString(),
                  "--concurrency",
                  "1",
                  "--disable-hot-restart")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare Envoy in " + directory, e);
    }
  }

  private void secret(String name, String key, String file) throws IOException {
    String encoded =
        east.kubectl(
            "get",
            "secret",
            name,
            "-n",
            "isthmus-system",
            "-o",
            "jsonpath={.data." + key.replace(".", "\\.") + "}");
    Files.write(directory.resolve(file), Base64.getDecoder().decode(encoded.strip()));
  }

  private static String resource(String name) throws IOException {
    try (var in = Objects.requireNonNull(EnvoyInterop.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}

package io.isthmus.cli.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.OpenSsl;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Typed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An offline root of openssl, the command as it is typed, a control plane as a process under its
 * own role, on a real API server: from the request to leaves of the issuer.
 */
@ExtendWith(RealApiServerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorIssuerIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String AUTHORITIES =
      """
      [req]
      distinguished_name=dn
      [dn]
      [root]
      basicConstraints=critical,CA:TRUE
      keyUsage=critical,keyCertSign,cRLSign
      subjectKeyIdentifier=hash
      [issuer]
      basicConstraints=critical,CA:TRUE,pathlen:0
      keyUsage=critical,keyCertSign,cRLSign
      subjectKeyIdentifier=hash
      authorityKeyIdentifier=keyid
      subjectAltName=URI:spiffe://west.demo
      """;

  @TempDir Path directory;
  private RealApiServer server;
  private KubernetesClient admin;
  private OpenSsl openssl;
  private Typed typed;
  private DemoProcess control;
  private String xds;

  @SuppressWarnings("NullAway.Init")
  OperatorIssuerIT() {}

  /** A server of its own: a Link of another test would hold the rotation up. */
  @BeforeAll
  void startServer() {
    server = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    openssl = OpenSsl.orSkip(directory);
    admin = server.admin();
    typed = new Typed("--kubeconfig", file("config", server.adminKubeconfig()).toString(), "trust");
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .createOr(NonDeletingOperation::update);
    admin.secrets().inNamespace(SYSTEM).delete();
    admin.configMaps().inNamespace(SYSTEM).delete();
    admin.resources(TrustDomain.class).delete();
    TrustDomain west = new TrustDomain();
    west.setMetadata(new ObjectMetaBuilder().withName("west").build());
    west.setSpec(
        new TrustDomainSpec(
            "west.demo",
            new TrustDomainSpec.Authority(
                new TrustDomainSpec.Managed("87600h", "8760h", "20s", 0.66), null),
            null,
            null));
    admin.resource(west).create();
    Installation installation = Installation.current();
    new Manifests(installation.root(), admin).install();
    xds = "127.0.0.1:" + freePort();
    String health = "127.0.0.1:" + freePort();
    List<String> command = new ArrayList<>(installation.java("control", "192m"));
    command.add("--cluster=west");
    command.add("--trust-domain=west.demo");
    command.add("--identity=isthmus-control-0");
    command.add(
        "--kubeconfig="
            + file(
                "control.config",
                server.kubeconfig(
                    server.createToken(SYSTEM, ObjectNames.CONTROL_SERVICE_ACCOUNT))));
    command.add("--xds-address=" + xds);
    command.add("--metrics-address=" + health);
    command.add("--bundle-address=off");
    control =
        DemoProcess.start(
            new ProcessSpec(
                "west/control",
                command,
                directory.resolve("control.log"),
                Readiness.http("http://" + health + "/ready")));
    control.awaitReady(PATIENCE);
    await("the first phase is said")
        .atMost(PATIENCE)
        .until(() -> west().getStatus() != null && west().getStatus().phase() != null);
  }

  @AfterEach
  void stop() {
    if (control != null) {
      control.close();
    }
    admin.resources(TrustDomain.class).delete();
    admin.secrets().inNamespace(SYSTEM).delete();
    admin.configMaps().inNamespace(SYSTEM).delete();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private TrustDomain west() {
    return admin.resources(TrustDomain.class).withName("west").get();
  }

  private Secret secret(String name) {
    return admin.secrets().inNamespace(SYSTEM).withName(name).get();
  }

  private void makeRoot() throws IOException {
    file("authorities.cnf", AUTHORITIES);
    openssl.run(
        "req",
        "-x509",
        "-new",
        "-config",
        "authorities.cnf",
        "-extensions",
        "root",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "root.key",
        "-subj",
        "/CN=offline root",
        "-days",
        "3650",
        "-out",
        "root.pem");
  }

  /** What the command prints for it, signed with the offline root; by its file's name. */
  private String signed(String name, String... extensions) throws IOException {
    typed.assertDone("install-issuer", "--request");
    file(name + ".csr", typed.out());
    assertThat(openssl.run("req", "-in", name + ".csr", "-noout", "-verify")).contains("verify OK");
    List<String> line =
        new ArrayList<>(
            List.of(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "root.pem",
                "-CAkey",
                "root.key",
                "-CAcreateserial",
                "-days",
                "365",
                "-sha256",
                "-out",
                name + ".pem"));
    line.addAll(List.of(extensions));
    String said = openssl.run(line.toArray(String[]::new));
    assertThat(directory.resolve(name + ".pem")).as(said).isNotEmptyFile();
    return path(name + ".pem");
  }

  private String sha256(String file) throws IOException {
    return Fingerprint.of(Pem.decodeCertificates(Files.readString(Path.of(file))).getFirst());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void issuerThatOpensslSignedTakesThePlaceOfTheManagedOne() throws IOException {
    makeRoot();
    String issuer = signed("issuer", "-extfile", "authorities.cnf", "-extensions", "issuer");
    typed.assertDone(
        "install-issuer",
        "--chain",
        issuer,
        "--root",
        path("root.pem"),
        "--yes",
        "--wait",
        "--timeout",
        "4m");
    assertThat(typed.out())
        .contains("Installed.", "DualTrust", "Switched", "Over: leaves come from this issuer.");

    TrustDomainStatus status = Objects.requireNonNull(west().getStatus());
    assertThat(Objects.requireNonNull(status.issuer()).sha256()).isEqualTo(sha256(issuer));
    assertThat(Objects.requireNonNull(west().getSpec().authority()).managed()).isNull();
    assertThat(secret("isthmus-operator-issuer-request")).isNull();
    await("the managed root's key is gone")
        .atMost(PATIENCE)
        .until(() -> "".equals(secret(ObjectNames.ROOT_SECRET).getData().get("tls.key")));
    typed.assertDone("bundle", "export", "-o", "pem");
    assertThat(Pem.decodeCertificates(typed.out()))
        .isEqualTo(Pem.decodeCertificates(Files.readString(directory.resolve("root.pem"))));
    await("openssl believes a leaf of it by the offline root alone")
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    openssl.run("s_client", "-connect", xds, "-alpn", "h2", "-CAfile", "root.pem"))
                .contains("Verify return code: 0 (ok)", "issuer="));

    // the next one, by the extensions that the request asks for, under the root that is there now
    String next = signed("next", "-copy_extensions", "copy");
    typed.assertDone("install-issuer", "--chain", next, "--plan");
    assertThat(typed.out()).contains(sha256(next), "The issuer of west.demo in cluster west");
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void whoWaitsIsToldThatTheControlPlaneDoesNotTakeIt() throws IOException {
    makeRoot();
    String issuer = signed("issuer", "-extfile", "authorities.cnf", "-extensions", "issuer");
    control.kill(); // so that it looks when there is something to object to
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() ->
            typed.run(
                "install-issuer",
                "--chain",
                issuer,
                "--root",
                path("root.pem"),
                "--yes",
                "--wait",
                "--timeout",
                "2m"));
    await("it is installed")
        .atMost(PATIENCE)
        .until(() -> Objects.requireNonNull(west().getSpec().authority()).operator() != null);
    admin
        .resources(TrustDomain.class)
        .withName("west")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"revoked\": [\"%s\"]}}".formatted(sha256(issuer)));
    control.restart().awaitReady(PATIENCE);
    assertThat(exit.join()).isEqualTo(ExitCode.NO);
    assertThat(typed.err())
        .contains(
            "the control plane does not take the issuer " + sha256(issuer).substring(0, 12),
            "why: Secret isthmus-system/isthmus-operator-issuer: the issuer " + sha256(issuer),
            "is revoked");
    assertThat(
            new String(
                Base64.getDecoder()
                    .decode(secret("isthmus-operator-issuer").getData().get("tls.crt")),
                US_ASCII))
        .isEqualTo(Files.readString(Path.of(issuer)));
  }
}

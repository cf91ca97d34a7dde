package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus support-bundle} on a real API server that is full of secrets. */
@ExtendWith(RealApiServerExtension.class)
class SupportBundleIT {
  private static final String SYSTEM = "isthmus-system";
  private static final String SHOP = "shop";
  private static final String NODE = "support-bundle-node";
  private static final String TOKEN =
      "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLXdpdGgtYml0cw";
  private static final String PASSWORD = "correct-horse-battery";
  private static final String KEY =
      Pem.encode(CertificateRecipe.authority("root", Instant.now()).selfSigned().privateKey());

  @TempDir Path directory;
  private RealApiServer server;
  private KubernetesClient client;
  private Typed typed;

  @SuppressWarnings("NullAway.Init")
  SupportBundleIT() {}

  @BeforeEach
  void fill(RealApiServer started) throws IOException {
    server = started;
    client = server.admin();
    Path kubeconfig = Files.writeString(directory.resolve("config"), server.adminKubeconfig());
    typed = new Typed("--kubeconfig", kubeconfig.toString(), "support-bundle");
    put(namespace(SYSTEM));
    put(namespace(SHOP));
    put(
        new SecretBuilder()
            .withMetadata(meta(SYSTEM, "isthmus-issuer").build())
            .withType("kubernetes.io/tls")
            .withStringData(Map.of("tls.crt", "public", "tls.key", KEY))
            .build());
    put(
        new SecretBuilder()
            .withMetadata(
                meta(SYSTEM, "link-east")
                    .addToAnnotations(
                        "kubectl.kubernetes.io/last-applied-configuration",
                        "{\"stringData\":{\"kubeconfig\":\"" + TOKEN + "\"}}")
                    .build())
            .withStringData(Map.of("kubeconfig", "token: " + TOKEN))
            .build());
    put(
        new ConfigMapBuilder()
            .withMetadata(meta(SYSTEM, "notes").build())
            .withData(Map.of("mine", "password: " + PASSWORD, "key", KEY))
            .build());
    Link link = new Link();
    link.setMetadata(meta(SYSTEM, "east").build());
    link.setSpec(LinkSpec.to("east", "east.demo", "link-east"));
    put(link);
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("west").build());
    own.setSpec(TrustDomainSpec.own("west.demo"));
    put(own);
    put(
        new NodeBuilder()
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(NODE)
                    .addToAnnotations("mine/note", PASSWORD)
                    .build())
            .build());
    put(new ServiceAccountBuilder().withMetadata(meta(SHOP, "default").build()).build());
    put(
        new PodBuilder()
            .withMetadata(
                meta(SHOP, "web")
                    .addToAnnotations("isthmus.io/skip-inbound-ports", "22")
                    .addToAnnotations("mine/note", PASSWORD)
                    .build())
            .withNewSpec()
            .withAutomountServiceAccountToken(false)
            .addNewContainer()
            .withName("web")
            .withImage("web")
            .withArgs("--key=" + PASSWORD)
            .addNewEnv()
            .withName("NOTHING_TELLING")
            .withValue(PASSWORD)
            .endEnv()
            .endContainer()
            .addNewContainer()
            .withName("isthmus-proxy")
            .withImage("sidecar")
            .withArgs("--cluster=west")
            .endContainer()
            .endSpec()
            .build());
  }

  /** Others count the nodes. */
  @AfterEach
  void removeNode() {
    client.nodes().withName(NODE).delete();
  }

  private void put(HasMetadata object) {
    client.resource(object).createOr(NonDeletingOperation::update);
  }

  private static HasMetadata namespace(String name) {
    return new NamespaceBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(name)
                .addToAnnotations("isthmus.io/inject", "enabled")
                .addToAnnotations("mine/note", PASSWORD)
                .build())
        .build();
  }

  private static ObjectMetaBuilder meta(String namespace, String name) {
    return new ObjectMetaBuilder().withNamespace(namespace).withName(name);
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        texts.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
      }
    }
    return texts;
  }

  @Test
  void hasWhatIsThereAndNoSecret() throws IOException {
    Path file = directory.resolve("bundle.zip");
    typed.run("--file", file.toString());
    Map<String, String> texts = read(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String cluster =
        texts.keySet().stream()
            .filter(path -> path.endsWith("/links.yaml"))
            .map(path -> path.substring(0, path.indexOf('/')))
            .findFirst()
            .orElseThrow();
    assertThat(texts.get(cluster + "/links.yaml")).contains("trustDomain: \"east.demo\"");
    assertThat(texts.get(cluster + "/trustdomains.yaml")).contains("trustDomain: \"west.demo\"");
    assertThat(texts.get(cluster + "/nodes.yaml")).contains("name: \"%s\"".formatted(NODE));
    assertThat(texts.get(cluster + "/crds.yaml")).contains("links.isthmus.io");
    assertThat(texts.get(cluster + "/namespaces.yaml")).contains("isthmus.io/inject: \"enabled\"");
    assertThat(texts.get(cluster + "/pods.yaml"))
        .contains("isthmus.io/skip-inbound-ports", "--cluster=west")
        .doesNotContain("NOTHING_TELLING");
    assertThat(texts.get(cluster + "/system/secrets.txt"))
        .contains("isthmus-issuer (kubernetes.io/tls)", "  tls.key: ")
        .contains("link-east (Opaque)", "  kubeconfig: ");
    String all = String.join("\n", texts.values());
    for (String secret :
        List.of(
            PASSWORD, TOKEN, TOKEN.substring(40), KEY.lines().skip(1).findFirst().orElseThrow())) {
      assertThat(all).doesNotContain(secret);
    }
    assertThat(all).doesNotContain("PRIVATE KEY");
  }

  @Test
  void whatMayNotBeReadIsNamed() throws IOException {
    String token = server.createToken(SHOP, "default");
    Path few = Files.writeString(directory.resolve("few"), server.kubeconfig(token));
    Path file = directory.resolve("bundle.zip");
    Typed limited = new Typed("--kubeconfig", few.toString(), "support-bundle");
    assertThat(limited.run("--file", file.toString())).isEqualTo(ExitCode.NO);

    assertThat(limited.out()).contains("bundle.zip: ", "not read: ", "/links.yaml: ", "forbidden");
    assertThat(read(file).get("gaps.txt")).contains("/links.yaml: ", "/system/secrets.txt: ");
  }

  @Test
  void neverOverwritesAndLeavesNothingOfAClusterThatCannotBeReached() throws IOException {
    Path file = Files.writeString(directory.resolve("bundle.zip"), "mine");
    typed.assertRefused(ExitCode.NO, List.of("it is there already"), "--file", file.toString());
    assertThat(file).hasContent("mine");

    Path away =
        Files.writeString(
            directory.resolve("away"),
            Files.readString(directory.resolve("config"))
                .replaceAll("server: [^,}\\s]*", "server: https://127.0.0.1:1"));
    Path none = directory.resolve("none.zip");
    Typed unreachable = new Typed("--kubeconfig", away.toString(), "support-bundle");
    unreachable.assertRefused(
        ExitCode.UNREACHABLE, List.of("no cluster could be reached"), "--file", none.toString());
    assertThat(none).doesNotExist();
  }
}

package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code --dry-run} prints, applied by kubectl as the text above it says, leaves on a real API
 * server what the verb itself writes.
 */
@ExtendWith(RealApiServerExtension.class)
class TrustManifestsIT {
  private static final String SYSTEM = "isthmus-system";
  private static final String OFFERED = "isthmus-operator-issuer";

  @TempDir Path directory;
  private final Instant now = Instant.now();
  private final Statuses statuses = new Statuses(now);
  private KubernetesClient client;
  private String kubeconfig;
  private Typed typed;

  @SuppressWarnings("NullAway.Init")
  TrustManifestsIT() {}

  @BeforeEach
  void start(RealApiServer server) throws IOException {
    client = server.admin();
    kubeconfig = file("config", server.adminKubeconfig());
    typed = new Typed("--kubeconfig", kubeconfig, "trust");
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .createOr(NonDeletingOperation::update);
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withNamespace(SYSTEM).withName("east").build());
    link.setSpec(LinkSpec.to("east", "east.demo", "link-east"));
    client.resource(link).createOr(NonDeletingOperation::update);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  /** As before each of both ways: the object has never been applied. */
  private void begin(TrustDomainSpec.Rotation rotation, TrustDomainStatus status) {
    client.resources(TrustDomain.class).delete();
    client.secrets().inNamespace(SYSTEM).delete();
    TrustDomain made = new TrustDomain();
    made.setMetadata(new ObjectMetaBuilder().withName("west").build());
    TrustDomainSpec own = TrustDomainSpec.own("west.demo");
    made.setSpec(
        new TrustDomainSpec(
            own.trustDomain(), own.authority(), null, rotation, List.of("ab".repeat(32))));
    client.resource(made).create();
    TrustDomain there = client.resources(TrustDomain.class).withName("west").get();
    there.setStatus(status);
    client.resource(there).updateStatus();
  }

  private static final TrustDomainSpec.Rotation FORMER =
      new TrustDomainSpec.Rotation("Root", "r0", true, List.of("east"), List.of("shop/envoy-9"));

  private void beginSteady() {
    begin(FORMER, statuses.rotation("Steady", "r0", List.of(), statuses.enforced(7, 1)));
  }

  private void beginInDualTrust() {
    begin(
        new TrustDomainSpec.Rotation("Root", "r1", false, List.of(), List.of("shop/envoy-9")),
        statuses.rotation(
            "DualTrust", "r1", List.of(), statuses.silent(7, 2, "shop/envoy-1", "shop/envoy-9")));
  }

  /** One that the control plane began by itself, with the words of the last one still there. */
  private void beginByItself() {
    begin(
        new TrustDomainSpec.Rotation("Root", "r0", false, List.of("east"), List.of("shop/envoy-9")),
        statuses.rotation(
            "DualTrust", "auto-b1b1b1b1", List.of(), statuses.silent(7, 1, "shop/envoy-1")));
  }

  private Map<String, Object> spec(String trustDomain) {
    GenericKubernetesResource object =
        client
            .genericKubernetesResources("isthmus.io/v1alpha1", "TrustDomain")
            .withName(trustDomain)
            .get();
    return Objects.requireNonNull(object.get("spec"));
  }

  private static final String APPLY = "# kubectl apply -f <this>";
  private static final String PATCH =
      "# kubectl patch trustdomain %s --type=json --patch-file=<this>";

  /** An object that is new here, before what changes {@code trustDomain}, or one of both. */
  private void apply(String manifest, String trustDomain) throws IOException {
    String patched = PATCH.formatted(trustDomain);
    int patch = manifest.indexOf(patched);
    String object = patch < 0 ? manifest : manifest.substring(0, patch);
    if (!object.isEmpty()) {
      assertThat(object).contains(APPLY);
      kubectl("apply", "-f", file("manifest.yaml", object));
    }
    if (patch >= 0) {
      kubectl(
          "patch",
          "trustdomain",
          trustDomain,
          "--type=json",
          "--patch-file=" + file("patch.yaml", manifest.substring(patch)));
    }
  }

  private void kubectl(String... arguments) throws IOException {
    Said said = kubectlSays(arguments);
    assertThat(said.exit()).as(said.text()).isZero();
  }

  private record Said(int exit, String text) {}

  private Said kubectlSays(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                ControlPlanePrograms.ofEnvironment().path("kubectl"), "--kubeconfig", kubeconfig));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.onExit().join().exitValue(), said);
  }

  private void assertAppliesAsWritten(Runnable begin, String... line) throws IOException {
    String[] written = with("--yes", line);
    begin.run();
    typed.run(written);
    Map<String, Object> expected = spec("west");
    begin.run();
    Map<String, Object> before = spec("west");
    typed.assertDone(with("--dry-run", line));
    assertThat(spec("west")).isEqualTo(before);
    apply(typed.out(), "west");
    assertThat(spec("west")).isEqualTo(expected).isNotEqualTo(before);
  }

  /** The verbs that ask nobody have no {@code --yes}. */
  private static String[] with(String option, String... line) {
    List<String> all = new ArrayList<>(List.of(line));
    if (option.equals("--dry-run") || !List.of("rotate", "abort").contains(line[0])) {
      all.add(option);
    }
    return all.toArray(String[]::new);
  }

  @Test
  void rotationAndItsEnd() throws IOException {
    assertAppliesAsWritten(this::beginSteady, "rotate", "root", "--id", "r1");
    assertAppliesAsWritten(this::beginInDualTrust, "abort");
    assertAppliesAsWritten(this::beginByItself, "abort");
  }

  @Test
  void whatIsNotWaitedFor() throws IOException {
    assertAppliesAsWritten(this::beginInDualTrust, "leave-behind", "east");
    assertAppliesAsWritten(this::beginByItself, "leave-behind", "east");
    assertAppliesAsWritten(this::beginInDualTrust, "pass-over", "shop/envoy-1");
    assertAppliesAsWritten(this::beginByItself, "pass-over", "shop/envoy-1");
    assertAppliesAsWritten(this::beginInDualTrust, "pass-over", "shop/envoy-9", "--undo");
  }

  @Test
  void revocation() throws IOException {
    assertAppliesAsWritten(
        this::beginSteady, "revoke", "root", Statuses.OLD_ROOT, "--break", "--timeout", "0s");
  }

  @Test
  void doesNothingOnceSomebodyElseHasChangedTheSpec() throws IOException {
    beginSteady();
    typed.assertDone("rotate", "root", "--id", "r1", "--dry-run");
    String patch = typed.out();
    String revoked = "cd".repeat(32);
    typed.run("revoke", "issuer", revoked, "--yes", "--timeout", "0s");
    Map<String, Object> before = spec("west");
    assertThat(before.get("revoked")).asInstanceOf(LIST).contains(revoked);
    assertThat(
            kubectlSays(
                    "patch",
                    "trustdomain",
                    "west",
                    "--type=json",
                    "--patch-file=" + file("patch.yaml", patch))
                .exit())
        .isNotZero();
    assertThat(spec("west")).isEqualTo(before);
  }

  @Test
  void issuerOfAnOperatorInThePlaceOfTheManagedForm() throws IOException {
    assertInstalledAsWritten(this::beginSteady);
  }

  /** Made by hand as docs/rotation.md has it: of a type that cannot be changed. */
  @Test
  void issuerOfAnOperatorInASecretThatIsThere() throws IOException {
    assertInstalledAsWritten(() -> {
      beginSteady();
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withNamespace(SYSTEM)
                  .withName(OFFERED)
                  .endMetadata()
                  .withType("Opaque")
                  .addToStringData(
                      Map.of("tls.crt", "old", "tls.key", "old", "ca.crt", "old", "note", "mine"))
                  .build())
          .create();
    });
  }

  private void assertInstalledAsWritten(Runnable begin) throws IOException {
    Made root = authority("offline root").selfSigned();
    Made issuer = authority("issuer").signedBy(root);
    String key = Pem.encode(issuer.privateKey());
    String[] line = {
      "install-issuer",
      "--chain",
      file("chain.pem", Pem.encode(issuer.certificate())),
      "--root",
      file("root.pem", Pem.encode(root.certificate())),
      "--key",
      file("issuer.key", key)
    };
    begin.run();
    typed.assertDone(with("--yes", line));
    Secret secret = offered();
    Map<String, Object> spec = spec("west");
    begin.run();
    typed.assertDone(with("--dry-run", line));
    assertThat(typed.out()).contains("# first add the issuer's key").doesNotContain("tls.key:");
    String base64 = Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
    apply(typed.out().replaceFirst("(?m)^data:$", "data:\n  tls.key: " + base64), "west");
    assertThat(offered().getData()).isEqualTo(secret.getData());
    assertThat(offered().getType()).isEqualTo(secret.getType());
    assertThat(spec("west")).isEqualTo(spec);
    assertThat(spec.get("authority")).asInstanceOf(MAP).containsOnlyKeys("operator");
  }

  private CertificateRecipe authority(String name) {
    return CertificateRecipe.authority(name, now)
        .valid(now.minusSeconds(300), now.plus(Duration.ofDays(30)));
  }

  private Secret offered() {
    return client.secrets().inNamespace(SYSTEM).withName(OFFERED).get();
  }

  @Test
  void bundleOfAnotherMeshAnewAndAgain() throws IOException {
    beginSteady();
    assertImportedAsWritten(1, "one");
    String first = bundle(1, "one");
    typed.assertDone("bundle", "import", first, "--trust-domain", "north.example", "--yes");
    assertImportedAsWritten(2, "two");
  }

  /** Over what is there now. */
  private void assertImportedAsWritten(long sequence, String name) throws IOException {
    List<TrustDomain> before = client.resources(TrustDomain.class).list().getItems();
    String bundle = bundle(sequence, name);
    String[] line = {"bundle", "import", bundle, "--trust-domain", "north.example"};
    typed.assertDone(with("--dry-run", line));
    apply(typed.out(), "north.example");
    Map<String, Object> applied = spec("north.example");
    client.resources(TrustDomain.class).withName("north.example").delete();
    before.stream()
        .filter(each -> each.getMetadata().getName().equals("north.example"))
        .forEach(each -> {
          each.getMetadata().setResourceVersion(null);
          client.resource(each).create();
        });
    typed.assertDone(with("--yes", line));
    assertThat(applied).isEqualTo(spec("north.example"));
    client.resources(TrustDomain.class).withName("north.example").delete();
  }

  private String bundle(long sequence, String root) throws IOException {
    TrustBundle bundle =
        new TrustBundle(
            io.isthmus.certs.TrustDomain.of("north.example"),
            sequence,
            Duration.ofMinutes(5),
            List.of(authority(root).selfSigned().certificate()));
    return file("bundle.json", new String(bundle.toJwks(), UTF_8));
  }
}

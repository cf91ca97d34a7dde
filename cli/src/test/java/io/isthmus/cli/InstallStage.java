package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.link.TwoServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;

/** {@code isthmus trust install-issuer} typed at west, by who holds an offline root. */
final class InstallStage implements AutoCloseable {
  static final String OFFERED = "isthmus-operator-issuer";
  static final String REQUEST = "isthmus-operator-issuer-request";

  final TrustStage stage;
  final Instant now = Instant.now();
  final Made root = authority("offline root").selfSigned();
  private final Path directory;
  private final KeyPair keys = CertificateRequest.newKeyPair();

  InstallStage(Path directory) throws IOException {
    this.directory = directory;
    this.stage = new TrustStage(directory);
  }

  CertificateRecipe authority(String name) {
    return CertificateRecipe.authority(name, now)
        .valid(now.minusSeconds(300), now.plus(Duration.ofDays(30)));
  }

  CertificateRecipe issuer() {
    return authority("issuer")
        .critical(Extension.basicConstraints, new BasicConstraints(0))
        .key(keys);
  }

  /** Of {@link #issuer}. */
  PrivateKey key() {
    return keys.getPrivate();
  }

  String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  List<String> line(Made issuer, Made anchor, PrivateKey key, String... more) throws IOException {
    List<String> line = withoutRoot(issuer, key, more);
    line.addAll(List.of("--root", file("root.pem", Pem.encode(anchor.certificate()))));
    return line;
  }

  /** Under a root that is trusted already. */
  List<String> withoutRoot(Made issuer, PrivateKey key, String... more) throws IOException {
    List<String> line = new ArrayList<>();
    line.add("install-issuer");
    line.addAll(List.of("--chain", file("chain.pem", Pem.encode(issuer.certificate()))));
    line.addAll(List.of("--key", file("issuer.key", Pem.encode(key))));
    line.addAll(List.of(more));
    return line;
  }

  void assertDone(List<String> line) throws IOException {
    stage.assertDone(line.toArray(String[]::new));
  }

  void assertRefused(int expected, List<String> texts, List<String> line) throws IOException {
    stage.assertRefused(expected, texts, line.toArray(String[]::new));
  }

  /** By its reason, and before anything is written. */
  void assertNotTaken(String why, Made issuer, Made anchor, PrivateKey key) throws IOException {
    assertRefused(
        ExitCode.NO,
        List.of("the chain is not taken as an issuer", why),
        line(issuer, anchor, key, "--yes"));
    assertThat(secret(OFFERED)).isNull();
    assertThat(operator()).isNull();
  }

  void assertNotTaken(String why, Made issuer) throws IOException {
    assertNotTaken(why, issuer, root, key());
  }

  Secret secret(String name) {
    return stage.west().secrets().inNamespace(TwoServers.SYSTEM).withName(name).get();
  }

  String value(Secret secret, String key) {
    return new String(Base64.getDecoder().decode(secret.getData().get(key)), US_ASCII);
  }

  TrustDomainSpec.@Nullable Operator operator() {
    return Objects.requireNonNull(stage.object().getSpec().authority()).operator();
  }

  /** Changes of west's spec all but its trust domain and authority. */
  void spec(TrustDomainSpec.@Nullable Rotation rotation, List<String> revoked) {
    var west = stage.object();
    west.setSpec(
        new TrustDomainSpec("west.demo", west.getSpec().authority(), null, rotation, revoked));
    stage.west().resource(west).update();
  }

  /** What the control plane says once leaves come from {@code issuer}. */
  TrustDomainStatus uses(Made issuer, Made anchor, String rotation) {
    TrustDomainStatus steady =
        stage.statuses.rotation("Steady", rotation, List.of(), stage.statuses.enforced(7, 3));
    return new TrustDomainStatus(
        "Steady",
        steady.bundle(),
        List.of(
            new TrustDomainStatus.Anchor(
                Fingerprint.of(anchor.certificate()),
                "2036-01-01T00:00:00Z",
                TrustDomainStatus.Anchor.ACTIVE)),
        new TrustDomainStatus.IssuerStatus(
            Fingerprint.of(issuer.certificate()), "2036-01-01T00:00:00Z"),
        steady.rotation(),
        steady.conditions(),
        steady.enforcement());
  }

  /** What it says while it does not take what is offered. */
  TrustDomainStatus refuses(String message) {
    TrustDomainStatus steady = stage.statuses.steady(7, stage.statuses.enforced(7, 3));
    return new TrustDomainStatus(
        steady.phase(),
        steady.bundle(),
        steady.anchors(),
        steady.issuer(),
        null,
        List.of(
            new Condition(
                TrustDomainStatus.READY,
                Condition.FALSE,
                TrustDomainStatus.ISSUER_REFUSED,
                message,
                null,
                null)),
        steady.enforcement());
  }

  /** How the control plane calls the rotation to an issuer. */
  static String rotationTo(Made issuer) {
    return "operator-" + Fingerprint.of(issuer.certificate()).substring(0, 8);
  }

  static TrustBundle bundle(Made root) {
    return new TrustBundle(
        TrustDomain.of("west.demo"), 7, Duration.ofMinutes(5), List.of(root.certificate()));
  }

  @Override
  public void close() {
    stage.close();
  }
}

package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.SigningRequest;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.link.TwoServers;
import io.isthmus.cli.trust.Published;
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
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust install-issuer}: the test holds the offline root. */
class TrustInstallIssuerIT {
  private static final String OFFERED = "isthmus-operator-issuer";
  private static final String REQUEST = "isthmus-operator-issuer-request";

  @TempDir Path directory;
  private TrustStage stage;
  private final Instant now = Instant.now();
  private final KeyPair keys = CertificateRequest.newKeyPair();
  private final Made root = authority("offline root").selfSigned();

  @SuppressWarnings("NullAway.Init")
  TrustInstallIssuerIT() {}

  @BeforeEach
  void start() throws IOException {
    stage = new TrustStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private CertificateRecipe authority(String name) {
    return CertificateRecipe.authority(name, now)
        .valid(now.minusSeconds(300), now.plus(Duration.ofDays(30)));
  }

  private CertificateRecipe issuer() {
    return authority("issuer")
        .critical(Extension.basicConstraints, new BasicConstraints(0))
        .key(keys);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private List<String> line(Made issuer, Made anchor, PrivateKey key, String... more)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add("install-issuer");
    line.addAll(List.of("--chain", file("chain.pem", Pem.encode(issuer.certificate()))));
    line.addAll(List.of("--root", file("root.pem", Pem.encode(anchor.certificate()))));
    line.addAll(List.of("--key", file("issuer.key", Pem.encode(key))));
    line.addAll(List.of(more));
    return line;
  }

  private void assertDone(List<String> line) throws IOException {
    stage.assertDone(line.toArray(String[]::new));
  }

  /** By its reason, and before anything is written. */
  private void assertRefused(String why, Made issuer, Made anchor, PrivateKey key)
      throws IOException {
    stage.assertRefused(
        ExitCode.NO,
        List.of("the chain is not taken as an issuer", why),
        line(issuer, anchor, key, "--yes").toArray(String[]::new));
    assertThat(secret(OFFERED)).isNull();
    assertThat(operator()).isNull();
  }

  private void assertRefused(String why, Made issuer) throws IOException {
    assertRefused(why, issuer, root, keys.getPrivate());
  }

  private Secret secret(String name) {
    return stage.west().secrets().inNamespace(TwoServers.SYSTEM).withName(name).get();
  }

  private static String value(Secret secret, String key) {
    return new String(Base64.getDecoder().decode(secret.getData().get(key)), US_ASCII);
  }

  private TrustDomainSpec.@Nullable Operator operator() {
    return Objects.requireNonNull(stage.object().getSpec().authority()).operator();
  }

  private TrustDomainStatus uses(Made issuer, Made anchor, String rotation) {
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

  // ---- the request

  @Test
  void keyOfARequestStaysInTheClusterAndIsInstalledWithItsChain() throws IOException {
    stage.assertDone("install-issuer", "--request");
    String request = stage.out();
    assertThat(stage.err()).contains("isthmus-system/" + REQUEST);
    assertThat(request).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
    String key = value(secret(REQUEST), "tls.key");
    stage.assertDone("install-issuer", "--request"); // the same
    assertThat(stage.out()).isEqualTo(request);
    assertThat(value(secret(REQUEST), "tls.key")).isEqualTo(key);

    Made signed =
        issuer()
            .key(new KeyPair(publicKey(request), keys.getPrivate()))
            .uris("spiffe://west.demo")
            .signedBy(root);
    String chain = file("chain.pem", Pem.encode(signed.certificate()));
    String anchor = file("root.pem", Pem.encode(root.certificate()));
    stage.assertDone("install-issuer", "--chain", chain, "--root", anchor, "--yes");
    assertThat(value(secret(OFFERED), "tls.key")).isEqualTo(key);
    assertThat(secret(REQUEST)).isNull();
    assertThat(stage.out() + stage.err()).doesNotContain("PRIVATE KEY", key.split("\n")[1]);
  }

  private static java.security.PublicKey publicKey(String request) {
    try {
      return SigningRequest.parse(Pem.decodeRequest(request)).publicKey();
    } catch (io.isthmus.certs.issuing.InvalidRequestException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void chainWithoutAnyKeyIsRefused() throws IOException {
    String chain = file("chain.pem", Pem.encode(issuer().signedBy(root).certificate()));
    String anchor = file("root.pem", Pem.encode(root.certificate()));
    stage.assertRefused(
        ExitCode.NO,
        List.of("the key of certificate \"CN=issuer\" is not here", REQUEST, "--request prints"),
        "install-issuer",
        "--chain",
        chain,
        "--root",
        anchor);
    stage.assertDone("install-issuer", "--request"); // of another key
    stage.assertRefused(
        ExitCode.NO,
        List.of("the key of certificate \"CN=issuer\" is not here"),
        "install-issuer",
        "--chain",
        chain,
        "--root",
        anchor);
  }

  @Test
  void dryRunMakesNoKey() throws IOException {
    stage.assertDone("install-issuer", "--request", "--dry-run");
    assertThat(stage.out()).contains("kind: \"Secret\"", REQUEST);
    assertThat(secret(REQUEST)).isNull();
  }

  @Test
  void exactlyOneFormIsTyped() throws IOException {
    assertThat(stage.trust("install-issuer")).isEqualTo(ExitCode.USAGE);
    assertThat(stage.trust("install-issuer", "--request", "--chain", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(stage.trust("install-issuer", "--key", "x")).isEqualTo(ExitCode.USAGE);
  }

  // ---- what is refused

  @Test
  void issuerThatIsNoAuthorityIsRefused() throws IOException {
    assertRefused(
        "\"CN=issuer\" is no CA: expected cA=true",
        issuer().critical(Extension.basicConstraints, new BasicConstraints(false)).signedBy(root));
    assertRefused(
        "has not the key usage keyCertSign",
        issuer().keyUsage(KeyUsage.digitalSignature).signedBy(root));
  }

  @Test
  void rootWhosePathLengthForbidsAnIssuerIsRefused() throws IOException {
    Made strict =
        authority("strict root")
            .critical(Extension.basicConstraints, new BasicConstraints(0))
            .selfSigned();
    assertRefused(
        "\"CN=strict root\" has pathLenConstraint 0: expected at least 1 or none",
        issuer().signedBy(strict),
        strict,
        keys.getPrivate());
  }

  @Test
  void issuerThatEndsBeforeALeafIsRefused() throws IOException {
    assertRefused(
        "expected it to last as long as a leaf, PT24H",
        issuer().valid(now.minusSeconds(60), now.plus(Duration.ofHours(23))).signedBy(root));
  }

  @Test
  void keyOfAnotherIssuerIsRefused() throws IOException {
    assertRefused(
        "private key is not the one of certificate \"CN=issuer\"",
        issuer().signedBy(root),
        root,
        CertificateRequest.newKeyPair().getPrivate());
  }

  @Test
  void issuerOfAnotherTrustDomainIsRefused() throws IOException {
    assertRefused(
        "\"CN=issuer\" is of trust domain north.demo: expected west.demo",
        issuer().uris("spiffe://north.demo").signedBy(root));
  }

  @Test
  void issuerOfAnotherRootIsRefused() throws IOException {
    assertRefused(
        "is signed by none of the 1 certificates",
        issuer().signedBy(authority("offline root").selfSigned()));
  }

  @Test
  void revokedIssuerIsRefused() throws IOException {
    Made issuer = issuer().signedBy(root);
    var west = stage.object();
    west.setSpec(
        new TrustDomainSpec(
            "west.demo",
            west.getSpec().authority(),
            null,
            null,
            List.of(Fingerprint.of(issuer.certificate()))));
    stage.west().resource(west).update();
    assertRefused("\"CN=issuer\" is revoked", issuer);
  }

  @Test
  void issuerBelowARevokedOneIsRefused() throws IOException {
    Made between = authority("between").signedBy(root);
    Made issuer = issuer().signedBy(between);
    var west = stage.object();
    west.setSpec(
        new TrustDomainSpec(
            "west.demo",
            west.getSpec().authority(),
            null,
            null,
            List.of(Fingerprint.of(between.certificate()))));
    stage.west().resource(west).update();
    List<String> line = line(issuer, root, keys.getPrivate(), "--yes");
    file("chain.pem", Pem.encode(issuer.certificate()) + Pem.encode(between.certificate()));
    stage.assertRefused(
        ExitCode.NO, List.of("\"CN=between\" is revoked"), line.toArray(String[]::new));
    assertThat(secret(OFFERED)).isNull();
  }

  @Test
  void newRootWithTheOldKeyIsRefused() throws IOException {
    KeyPair old = CertificateRequest.newKeyPair();
    Published.write(stage.west(), bundle(authority("offline root").key(old).selfSigned()));
    Made renewed = authority("renewed root").key(old).selfSigned();
    assertRefused("has the key of root ", issuer().signedBy(renewed), renewed, keys.getPrivate());
  }

  @Test
  void rootThatNobodyNamedHasToBeTrustedAlready() throws IOException {
    Published.write(stage.west(), bundle(authority("other root").selfSigned()));
    List<String> line = line(issuer().signedBy(root), root, keys.getPrivate(), "--yes");
    line.subList(3, 5).clear();
    stage.assertRefused(
        ExitCode.NO,
        List.of("is signed by none of the 1 certificates", "--root"),
        line.toArray(String[]::new));
  }

  private static TrustBundle bundle(Made root) {
    return new TrustBundle(
        TrustDomain.of("west.demo"), 7, Duration.ofMinutes(5), List.of(root.certificate()));
  }

  @Test
  void rotationThatIsUnderWayIsNotMixedWithAnother() throws IOException {
    stage.say(stage.statuses.rotation("DualTrust", "r1", List.of(), stage.statuses.enforced(7, 3)));
    stage.assertRefused(
        ExitCode.NO,
        List.of("the rotation r1 is in DualTrust: expected Steady"),
        line(issuer().signedBy(root), root, keys.getPrivate(), "--yes").toArray(String[]::new));
    assertThat(secret(OFFERED)).isNull();
  }

  // ---- what is written

  @Test
  void issuerIsOfferedAndTheTrustDomainNamesItsSecret() throws IOException {
    Made issuer = issuer().signedBy(root);
    stage.assertRefused(
        ExitCode.USAGE,
        List.of("add --yes"),
        line(issuer, root, keys.getPrivate()).toArray(String[]::new));
    assertThat(secret(OFFERED)).isNull();

    assertDone(line(issuer, root, keys.getPrivate(), "--yes"));
    assertThat(secret(OFFERED).getData().keySet())
        .isEqualTo(Map.of("tls.crt", "", "tls.key", "", "ca.crt", "").keySet());
    assertThat(Objects.requireNonNull(operator()).issuerSecretRef().name()).isEqualTo(OFFERED);
    assertThat(Objects.requireNonNull(operator()).leafLifetime()).isEqualTo("24h");
    assertThat(Objects.requireNonNull(stage.object().getSpec().authority()).managed()).isNull();

    String rotation = "operator-" + Fingerprint.of(issuer.certificate()).substring(0, 8);
    stage.say(uses(issuer, root, rotation));
    assertDone(line(issuer, root, keys.getPrivate(), "--wait"));
    assertThat(stage.out()).contains("It is installed already.", "Over: leaves come from this");
    stage.assertRefused(
        ExitCode.NO,
        List.of("its issuers are made elsewhere", "isthmus trust install-issuer"),
        "rotate",
        "issuer");
  }

  @Test
  void requestThatAnInterruptedInstallationLeftIsForgottenByRepeatingIt() throws IOException {
    Made issuer = issuer().signedBy(root);
    assertDone(line(issuer, root, keys.getPrivate(), "--yes"));
    stage.say(
        uses(issuer, root, "operator-" + Fingerprint.of(issuer.certificate()).substring(0, 8)));
    stage
        .west()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(TwoServers.SYSTEM)
                .withName(REQUEST)
                .endMetadata()
                .addToData(
                    "tls.key",
                    Base64.getEncoder()
                        .encodeToString(Pem.encode(keys.getPrivate()).getBytes(US_ASCII)))
                .build())
        .create();
    assertDone(line(issuer, root, keys.getPrivate(), "--yes"));
    assertThat(secret(REQUEST)).isNull();
  }

  @Test
  void nextIssuerOfTheSameRootNeedsNoRootAndAFormerAbortIsTakenAway() throws IOException {
    Made first = issuer().signedBy(root);
    assertDone(line(first, root, keys.getPrivate(), "--yes"));
    stage.say(uses(first, root, "r1"));
    Published.write(stage.west(), bundle(root));
    var west = stage.object();
    west.setSpec(
        new TrustDomainSpec(
            "west.demo",
            west.getSpec().authority(),
            null,
            new TrustDomainSpec.Rotation("Root", "r1", true, List.of(), List.of())));
    stage.west().resource(west).update();

    Made second = authority("second").key(keys).signedBy(root);
    List<String> line = line(second, root, keys.getPrivate(), "--yes");
    line.subList(3, 5).clear();
    List<String> plan = new ArrayList<>(line);
    plan.add("--plan");
    assertDone(plan);
    assertThat(stage.out()).contains("The issuer of west.demo", "1. Prepared", "in place of what");
    assertThat(value(secret(OFFERED), "tls.crt")).isEqualTo(Pem.encode(first.certificate()));

    assertDone(line);
    assertThat(value(secret(OFFERED), "tls.crt")).isEqualTo(Pem.encode(second.certificate()));
    assertThat(stage.rotation().abort()).isFalse();
    assertThat(stage.rotation().id()).isEqualTo("r1");
  }

  @Test
  void issuerWhoseRotationWasTakenBackIsNotTakenAgain() throws IOException {
    Made issuer = issuer().signedBy(root);
    String id = "operator-" + Fingerprint.of(issuer.certificate()).substring(0, 8);
    stage.say(uses(authority("old").signedBy(root), root, id + "-0a0b0c0d"));
    stage.assertRefused(
        ExitCode.NO,
        List.of("the rotation " + id + "-0a0b0c0d to it was taken back"),
        line(issuer, root, keys.getPrivate(), "--yes").toArray(String[]::new));
  }

  @Test
  void dryRunPrintsWhatIsWrittenButNotTheKey() throws IOException {
    assertDone(line(issuer().signedBy(root), root, keys.getPrivate(), "--dry-run"));
    assertThat(stage.out())
        .contains("kind: \"Secret\"", "ca.crt", "kind: \"TrustDomain\"", "issuerSecretRef:")
        .doesNotContain("tls.key:", "managed:");
    assertThat(secret(OFFERED)).isNull();
  }

  @Test
  void whatWasBrokenOffIsEndedByRepeating() throws IOException {
    Made issuer = issuer().signedBy(root);
    assertDone(line(issuer, root, keys.getPrivate(), "--yes"));
    var west = stage.object(); // as if it had not come so far
    west.setSpec(TrustDomainSpec.own("west.demo"));
    stage.west().resource(west).update();
    List<String> again = line(issuer, root, keys.getPrivate(), "--yes");
    again.remove("--key");
    again.remove(directory.resolve("issuer.key").toString()); // it is in the Secret
    assertDone(again);
    assertThat(Objects.requireNonNull(operator()).issuerSecretRef().name()).isEqualTo(OFFERED);
  }
}

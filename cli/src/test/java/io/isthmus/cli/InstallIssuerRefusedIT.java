package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.trust.Published;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issuers that {@code isthmus trust install-issuer} does not take. */
class InstallIssuerRefusedIT {
  @TempDir Path directory;
  private InstallStage offer;

  @SuppressWarnings("NullAway.Init")
  InstallIssuerRefusedIT() {}

  @BeforeEach
  void start() throws IOException {
    offer = new InstallStage(directory);
  }

  @AfterEach
  void stop() {
    offer.close();
  }

  @Test
  void issuerThatIsNoAuthorityIsRefused() throws IOException {
    offer.assertNotTaken(
        "\"CN=issuer\" is no CA: expected cA=true",
        offer
            .issuer()
            .critical(Extension.basicConstraints, new BasicConstraints(false))
            .signedBy(offer.root));
    offer.assertNotTaken(
        "has not the key usage keyCertSign",
        offer.issuer().keyUsage(KeyUsage.digitalSignature).signedBy(offer.root));
  }

  @Test
  void rootWhosePathLengthForbidsAnIssuerIsRefused() throws IOException {
    Made strict =
        offer
            .authority("strict root")
            .critical(Extension.basicConstraints, new BasicConstraints(0))
            .selfSigned();
    offer.assertNotTaken(
        "\"CN=strict root\" has pathLenConstraint 0: expected at least 1 or none",
        offer.issuer().signedBy(strict),
        strict,
        offer.key());
  }

  @Test
  void issuerThatEndsBeforeALeafIsRefused() throws IOException {
    offer.assertNotTaken(
        "expected it to last from now on as long as a leaf, PT24H",
        offer
            .issuer()
            .valid(offer.now.minusSeconds(60), offer.now.plus(Duration.ofHours(23)))
            .signedBy(offer.root));
  }

  @Test
  void keyOfAnotherIssuerIsRefused() throws IOException {
    offer.assertNotTaken(
        "private key is not the one of certificate \"CN=issuer\"",
        offer.issuer().signedBy(offer.root),
        offer.root,
        CertificateRequest.newKeyPair().getPrivate());
  }

  @Test
  void issuerOfAnotherTrustDomainIsRefused() throws IOException {
    offer.assertNotTaken(
        "\"CN=issuer\" is of trust domain north.demo: expected west.demo",
        offer.issuer().uris("spiffe://north.demo").signedBy(offer.root));
  }

  @Test
  void issuerOfAnotherRootIsRefused() throws IOException {
    offer.assertNotTaken(
        "is signed by none of the 1 certificates",
        offer.issuer().signedBy(offer.authority("offline root").selfSigned()));
  }

  @Test
  void revokedIssuerIsRefused() throws IOException {
    Made issuer = offer.issuer().signedBy(offer.root);
    offer.spec(null, List.of(Fingerprint.of(issuer.certificate())));
    offer.assertNotTaken("\"CN=issuer\" is revoked", issuer);
  }

  /** As after a TrustDomain that said so was deleted: the published bundle forgets nothing. */
  @Test
  void issuerThatOnlyThePublishedBundleRevokesIsRefused() throws IOException {
    Made issuer = offer.issuer().signedBy(offer.root);
    Published.revoking(offer.stage.west(), 8, Fingerprint.of(issuer.certificate()));
    offer.assertNotTaken("\"CN=issuer\" is revoked", issuer);
  }

  @Test
  void issuerBelowARevokedOneIsRefused() throws IOException {
    Made between = offer.authority("between").signedBy(offer.root);
    Made issuer = offer.issuer().signedBy(between);
    offer.spec(null, List.of(Fingerprint.of(between.certificate())));
    List<String> line = offer.line(issuer, offer.root, offer.key(), "--yes");
    offer.file("chain.pem", Pem.encode(issuer.certificate()) + Pem.encode(between.certificate()));
    offer.assertRefused(ExitCode.NO, List.of("\"CN=between\" is revoked"), line);
    assertThat(offer.secret(InstallStage.OFFERED)).isNull();
  }

  @Test
  void newRootWithTheOldKeyIsRefused() throws IOException {
    KeyPair old = CertificateRequest.newKeyPair();
    Published.write(
        offer.stage.west(),
        InstallStage.bundle(offer.authority("offline root").key(old).selfSigned()));
    Made renewed = offer.authority("renewed root").key(old).selfSigned();
    offer.assertNotTaken(
        "has the key of root ", offer.issuer().signedBy(renewed), renewed, offer.key());
  }

  @Test
  void rootThatNobodyNamedHasToBeTrustedAlready() throws IOException {
    Published.write(
        offer.stage.west(), InstallStage.bundle(offer.authority("other root").selfSigned()));
    offer.assertRefused(
        ExitCode.NO,
        List.of("is signed by none of the 1 certificates", "--root"),
        offer.withoutRoot(offer.issuer().signedBy(offer.root), offer.key(), "--yes"));
  }

  @Test
  void rotationThatIsUnderWayIsNotMixedWithAnother() throws IOException {
    offer.stage.say(
        offer.stage.statuses.rotation(
            "DualTrust", "r1", List.of(), offer.stage.statuses.enforced(7, 3)));
    offer.assertRefused(
        ExitCode.NO,
        List.of("the rotation r1 is in DualTrust: expected Steady"),
        offer.line(offer.issuer().signedBy(offer.root), offer.root, offer.key(), "--yes"));
    assertThat(offer.secret(InstallStage.OFFERED)).isNull();
  }

  @Test
  void issuerWhoseRotationWasTakenBackIsNotTakenAgain() throws IOException {
    Made issuer = offer.issuer().signedBy(offer.root);
    String id = InstallStage.rotationTo(issuer) + "-0a0b0c0d";
    offer.stage.say(offer.uses(offer.authority("old").signedBy(offer.root), offer.root, id));
    offer.assertRefused(
        ExitCode.NO,
        List.of("the rotation " + id + " to it was taken back"),
        offer.line(issuer, offer.root, offer.key(), "--yes"));
  }

  @Test
  void fileThatIsNotThereIsNamed() throws IOException {
    offer.assertRefused(
        ExitCode.USAGE,
        List.of("cannot read the file /nowhere/chain.pem", "why: there is no such file"),
        List.of("install-issuer", "--chain", "/nowhere/chain.pem"));
  }
}

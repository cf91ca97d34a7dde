package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Pem;
import io.isthmus.certs.issuing.SigningRequest;
import io.isthmus.certs.testing.Made;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust install-issuer --request}, and its chain. */
class InstallIssuerRequestIT {
  @TempDir Path directory;
  private InstallStage offer;

  @SuppressWarnings("NullAway.Init")
  InstallIssuerRequestIT() {}

  @BeforeEach
  void start() throws IOException {
    offer = new InstallStage(directory);
  }

  @AfterEach
  void stop() {
    offer.close();
  }

  @Test
  void keyOfARequestStaysInTheClusterAndIsInstalledWithItsChain() throws IOException {
    offer.stage.assertDone("install-issuer", "--request");
    String request = offer.stage.out();
    assertThat(offer.stage.err()).contains("isthmus-system/" + InstallStage.REQUEST);
    assertThat(request).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
    String key = offer.value(offer.secret(InstallStage.REQUEST), "tls.key");
    offer.stage.assertDone("install-issuer", "--request"); // the same
    assertThat(offer.stage.out()).isEqualTo(request);
    assertThat(offer.value(offer.secret(InstallStage.REQUEST), "tls.key")).isEqualTo(key);

    Made signed =
        offer
            .issuer()
            .key(new KeyPair(publicKey(request), offer.key()))
            .uris("spiffe://west.demo")
            .signedBy(offer.root);
    String chain = offer.file("chain.pem", Pem.encode(signed.certificate()));
    String anchor = offer.file("root.pem", Pem.encode(offer.root.certificate()));
    offer.stage.assertDone("install-issuer", "--chain", chain, "--root", anchor, "--yes");
    assertThat(offer.value(offer.secret(InstallStage.OFFERED), "tls.key")).isEqualTo(key);
    assertThat(offer.secret(InstallStage.REQUEST)).isNull();
    assertThat(offer.stage.out() + offer.stage.err())
        .doesNotContain("PRIVATE KEY", key.split("\n")[1]);
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
    String[] line = {
      "install-issuer",
      "--chain",
      offer.file("chain.pem", Pem.encode(offer.issuer().signedBy(offer.root).certificate())),
      "--root",
      offer.file("root.pem", Pem.encode(offer.root.certificate()))
    };
    offer.stage.assertRefused(
        ExitCode.NO,
        List.of(
            "the key of certificate \"CN=issuer\" is not here",
            InstallStage.REQUEST,
            "--request prints"),
        line);
    offer.stage.assertDone("install-issuer", "--request"); // of another key
    offer.stage.assertRefused(
        ExitCode.NO, List.of("the key of certificate \"CN=issuer\" is not here"), line);
  }

  @Test
  void dryRunMakesNoKey() throws IOException {
    offer.stage.assertDone("install-issuer", "--request", "--dry-run");
    assertThat(offer.stage.out()).contains("kind: \"Secret\"", InstallStage.REQUEST);
    assertThat(offer.secret(InstallStage.REQUEST)).isNull();
    offer.stage.assertDone("install-issuer", "--request");
    offer.stage.assertDone("install-issuer", "--request", "--dry-run");
    assertThat(offer.stage.out())
        .isEqualTo(
            "# the Secret isthmus-system/isthmus-operator-issuer-request is there already: nothing is written\n");
  }

  @Test
  void exactlyOneFormIsTyped() throws IOException {
    assertThat(offer.stage.trust("install-issuer")).isEqualTo(ExitCode.USAGE);
    assertThat(offer.stage.trust("install-issuer", "--request", "--chain", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(offer.stage.trust("install-issuer", "--key", "x")).isEqualTo(ExitCode.USAGE);
  }
}

package io.isthmus.cli.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String TOKEN =
      "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLXdpdGgtYml0cw";
  private static final Made AUTHORITY =
      CertificateRecipe.authority("root", Instant.now()).selfSigned();
  private static final String KEY = Pem.encode(AUTHORITY.privateKey());
  private static final String CERTIFICATE = Pem.encode(AUTHORITY.certificate());

  private static String middle(String pem) {
    return pem.lines().skip(1).findFirst().orElseThrow();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void privateKeysGoWholeOrBrokenOff() {
    assertThat(Redaction.of("before\n" + KEY + "after"))
        .contains("before", "after")
        .doesNotContain(middle(KEY));
    assertThat(Redaction.of(KEY.substring(0, KEY.length() - 40))).isEqualTo("[redacted]");
  }

  @Test
  void privateKeysAndTokensInBase64Go() {
    assertThat(Redaction.of("tls.key: " + base64(KEY))).isEqualTo("tls.key: [redacted]");
    assertThat(Redaction.of("x: " + base64("{\"jwt\": \"" + TOKEN + "\", \"a\": 1}")))
        .isEqualTo("x: [redacted]");
    assertThat(Redaction.of("k: " + base64("users:\n- user: {token: abcdefghijk}\n".repeat(4))))
        .isEqualTo("k: [redacted]");
  }

  @Test
  void certificatesStay() {
    assertThat(Redaction.of(CERTIFICATE)).isEqualTo(CERTIFICATE);
    assertThat(Redaction.of("caBundle: " + base64(CERTIFICATE)))
        .isEqualTo("caBundle: " + base64(CERTIFICATE));
  }

  @Test
  void tokensPasswordsAndCredentialsGo() {
    assertThat(Redaction.of("got " + TOKEN + ".")).isEqualTo("got [redacted].");
    assertThat(Redaction.of("Authorization: Bearer abc.def-ghi_123")).doesNotContain("abc.def");
    assertThat(Redaction.of("https://user:hunter22@east.example/x"))
        .isEqualTo("https://[redacted]@east.example/x");
    assertThat(Redaction.of("password: hunter22")).isEqualTo("password: [redacted]");
    assertThat(Redaction.of("DB_PASSWORD=hunter22 ok")).isEqualTo("DB_PASSWORD=[redacted] ok");
    assertThat(Redaction.of("adminPassword: hunter22")).isEqualTo("adminPassword: [redacted]");
    assertThat(Redaction.of("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7"))
        .isEqualTo("AWS_SECRET_ACCESS_KEY=[redacted]");
    assertThat(Redaction.of("- name: \"DB_PASSWORD\"\n  value: \"hunter22\"\n"))
        .isEqualTo("- name: \"DB_PASSWORD\"\n  value: \"[redacted]\"\n");
    assertThat(Redaction.of("{\"token\":\"abcdef-123\",\"a\":1}"))
        .isEqualTo("{\"token\":\"[redacted]\",\"a\":1}");
  }

  @Test
  void whatTheMeshSaysStays() {
    String text =
        """
        {"end":"left_by_caller","src.identity":"spiffe://west.e2e/ns/shop/sa/web","dst.address":"10.244.0.10:9000"}
        token-file: /var/run/isthmus/token/token
        digest: sha256:6c7223f5aecb0e8f1292037324827c1a049684d26c7223f5aecb0e8f12920373
        secretRef: {name: link-east}
        imagePullSecrets:
        - name: registry
        serviceAccountToken:
          audience: isthmus
        automountServiceAccountToken: false
        isthmus_certificates_total{result="issued"} 12.0
        """;
    assertThat(Redaction.of(text)).isEqualTo(text);
  }
}

package io.isthmus.api.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerCredentialsTest {
  private static final String KEY = "isthmus-system/link-east";
  private static final String VALID =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: east, cluster: {server: "https://192.0.2.1:6443"}}]
      users: [{name: west, user: {token: "hush"}}]
      contexts: [{name: east, context: {cluster: east, user: west}}]
      current-context: east
      """;

  private static Secret secret(String kubeconfig) {
    byte[] bytes = kubeconfig.getBytes(StandardCharsets.UTF_8);
    return new SecretBuilder()
        .withData(Map.of("kubeconfig", Base64.getEncoder().encodeToString(bytes)))
        .build();
  }

  private static PeerCredentials.Invalid invalid(String kubeconfig) {
    return (PeerCredentials.Invalid) PeerCredentials.read(KEY, secret(kubeconfig));
  }

  @Test
  void kubeconfigGivesServerAndToken() {
    PeerCredentials.Valid valid = (PeerCredentials.Valid) PeerCredentials.read(KEY, secret(VALID));

    assertThat(valid.config().getMasterUrl()).startsWith("https://192.0.2.1:6443");
    assertThat(valid.config().getOauthToken()).isEqualTo("hush");
    assertThat(valid.toString()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "clusters: [", "[1, 2]", "\u0000\u0001"})
  void whatIsNoKubeconfigNamesSecretKeyAndWhatWasExpected(String text) {
    assertThat(invalid(text).message())
        .startsWith("Secret isthmus-system/link-east, key kubeconfig: expected a kubeconfig: ");
  }

  @ParameterizedTest
  @CsvSource({
    "current-context: east, current-context: north, current-context \"north\"",
    "cluster: east, cluster: north, cluster \"north\"",
    "token: \"hush\", tokenFile: /token, names files",
    "token: \"hush\", exec: {command: sh}, runs a program"
  })
  void messageNamesWhatIsWrong(String part, String replacement, String expected) {
    PeerCredentials.Invalid invalid = invalid(VALID.replace(part, replacement));

    assertThat(invalid.reason()).isEqualTo("KubeconfigInvalid");
    assertThat(invalid.message()).contains(expected).doesNotContain("hush");
  }

  @Test
  void missingKeyAndMissingSecretAreNamed() {
    assertThat(PeerCredentials.read(KEY, new SecretBuilder().build()))
        .isEqualTo(
            new PeerCredentials.Invalid(
                "KeyMissing",
                "Secret isthmus-system/link-east has no key kubeconfig: expected a kubeconfig under it"));
    assertThat(PeerCredentials.read(KEY, null))
        .isInstanceOfSatisfying(
            PeerCredentials.Invalid.class,
            it -> assertThat(it.reason()).isEqualTo("SecretMissing"));
  }
}

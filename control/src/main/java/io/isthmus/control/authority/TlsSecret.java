package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** The content of a Secret of type kubernetes.io/tls, as PEM. */
record TlsSecret(String certificates, String privateKey) {
  static final String CERTIFICATES = "tls.crt";
  static final String PRIVATE_KEY = "tls.key";

  static TlsSecret of(Secret secret, String place) throws AuthorityException {
    Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
    return new TlsSecret(decode(data, CERTIFICATES, place), decode(data, PRIVATE_KEY, place));
  }

  /** Parses the content; what is wrong with it is said with Secret and keys, never with content. */
  <T> T read(String place, Supplier<T> parse) throws AuthorityException {
    try {
      return parse.get();
    } catch (RuntimeException e) {
      throw new AuthorityException(
          "Secret %s, keys %s and %s: %s: restore the Secret, or delete it to start with a new one"
              .formatted(place, CERTIFICATES, PRIVATE_KEY, e.getMessage()),
          e);
    }
  }

  Secret toSecret(String namespace, String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withData(Map.of(CERTIFICATES, encode(certificates), PRIVATE_KEY, encode(privateKey)))
        .build();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsSecret[" + certificates.length() + " characters of certificates]";
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String decode(Map<String, String> data, String key, String place)
      throws AuthorityException {
    String value = data.get(key);
    if (value == null || value.isEmpty()) {
      throw new AuthorityException("Secret %s has no key %s: expected PEM".formatted(place, key));
    }
    try {
      return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw new AuthorityException("Secret %s, key %s: not base64".formatted(place, key), e);
    }
  }
}

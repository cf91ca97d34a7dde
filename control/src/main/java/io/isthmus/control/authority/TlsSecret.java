package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Certificates and their key in one slot of a Secret of type kubernetes.io/tls, as PEM. */
record TlsSecret(Slot slot, String certificates, String privateKey) {
  private static final String TYPE = "kubernetes.io/tls";

  /** A Secret holds the pair in use where everybody expects it, and others beside it. */
  enum Slot {
    ACTIVE("tls"),
    NEXT("next"),
    PREVIOUS("previous");

    private final String prefix;

    Slot(String prefix) {
      this.prefix = prefix;
    }

    String certificates() {
      return prefix + ".crt";
    }

    String privateKey() {
      return prefix + ".key";
    }
  }

  static TlsSecret of(Secret secret, Slot slot, String place) throws AuthorityException {
    Map<String, String> data = data(secret);
    return new TlsSecret(
        slot, decode(data, slot.certificates(), place), decode(data, slot.privateKey(), place));
  }

  /** One whose key may be empty: it is elsewhere then. */
  static TlsSecret withKeyOrWithout(Secret secret, Slot slot, String place)
      throws AuthorityException {
    Map<String, String> data = data(secret);
    return "".equals(data.get(slot.privateKey()))
        ? new TlsSecret(slot, decode(data, slot.certificates(), place), "")
        : of(secret, slot, place);
  }

  static String value(Secret secret, String key, String place) throws AuthorityException {
    return decode(data(secret), key, place);
  }

  /** A Secret that nobody has stored yet. */
  static Secret first(String namespace, String name, Map<String, String> data) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType(TYPE)
        .withData(data)
        .build();
  }

  /** At most one pair is beside the one in use. */
  static void checkSlots(Secret secret, String place) throws AuthorityException {
    if (holds(secret, Slot.NEXT) && holds(secret, Slot.PREVIOUS)) {
      throw new AuthorityException(
          "Secret %s has keys %s and %s: expected at most one of them: remove the one that is not wanted"
              .formatted(place, Slot.NEXT.certificates(), Slot.PREVIOUS.certificates()));
    }
  }

  /** Whether anything is in the slot, be it half a pair. */
  static boolean holds(Secret secret, Slot slot) {
    Map<String, String> data = data(secret);
    return data.containsKey(slot.certificates()) || data.containsKey(slot.privateKey());
  }

  /** Empty when the Secret has nothing in the slot; its key may be empty. */
  static Optional<TlsSecret> find(Secret secret, Slot slot, String place)
      throws AuthorityException {
    return holds(secret, slot)
        ? Optional.of(withKeyOrWithout(secret, slot, place))
        : Optional.empty();
  }

  /** Parses the content; what is wrong with it is said with Secret and keys, never with content. */
  <T> T read(String place, Supplier<T> parse) throws AuthorityException {
    try {
      return parse.get();
    } catch (RuntimeException e) {
      throw new AuthorityException(
          "Secret %s, keys %s and %s: %s: restore the Secret, or delete it to start with a new one"
              .formatted(place, slot.certificates(), slot.privateKey(), e.getMessage()),
          e);
    }
  }

  void putInto(Map<String, String> data) {
    data.put(slot.certificates(), encode(certificates));
    data.put(slot.privateKey(), encode(privateKey));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsSecret[" + slot + ", " + certificates.length() + " characters of certificates]";
  }

  private static Map<String, String> data(Secret secret) {
    return Objects.requireNonNullElse(secret.getData(), Map.of());
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

package io.isthmus.certs;

import java.util.ArrayList;
import java.util.List;

/** What matters of one entry of {@code keys}; empty text for what is not there. */
record JwkEntry(String use, String keyType, boolean hasKeyId, List<String> certificates) {
  /** Entries of a use or key type that we do not know are for others: they are no error. */
  boolean isX509() {
    return use.equals("x509-svid") && (keyType.equals("EC") || keyType.equals("RSA"));
  }

  static final class Builder {
    String use = "";
    String keyType = "";
    boolean hasKeyId;
    final List<String> certificates = new ArrayList<>();

    JwkEntry build() {
      return new JwkEntry(use, keyType, hasKeyId, List.copyOf(certificates));
    }
  }
}

package io.isthmus.certs;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The SPIFFE bundle format (JWKS). Entries for other uses or key types are skipped, as the
 * specification asks; an X.509 entry that breaks its rules spoils the whole document, because
 * leaving it out would change who is trusted without anyone's word.
 */
final class JwksReader {
  private static final BigInteger MAX_SEQUENCE = BigInteger.valueOf(TrustBundle.MAX_SEQUENCE);
  private static final BigInteger MAX_HINT = BigInteger.valueOf(Duration.ofDays(366).toSeconds());

  private final TrustDomain trustDomain;

  JwksReader(TrustDomain trustDomain) {
    this.trustDomain = trustDomain;
  }

  TrustBundle read(byte[] document) throws BundleFormatException {
    return BundleJson.read("bundle of " + trustDomain, document, this::readDocument);
  }

  /** From the start of the document's object, which the parser has just read, to its end. */
  TrustBundle readDocument(JsonParser json) throws BundleFormatException {
    expect(json.currentToken(), JsonToken.START_OBJECT, "the document");
    Optional<List<X509Certificate>> anchors = Optional.empty();
    Set<String> revoked = Set.of();
    long sequence = 0;
    Duration hint = TrustBundle.DEFAULT_REFRESH_HINT;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "keys" -> {
          expect(value, JsonToken.START_ARRAY, name);
          anchors = Optional.of(readKeys(json));
        }
        case JwksWriter.REVOKED -> {
          expect(value, JsonToken.START_ARRAY, name);
          revoked = readRevoked(json);
        }
        case "spiffe_sequence" -> sequence = number(json, name, MAX_SEQUENCE);
        case "spiffe_refresh_hint" -> hint = Duration.ofSeconds(number(json, name, MAX_HINT));
        default -> json.skipChildren();
      }
    }
    return new TrustBundle(
        trustDomain,
        sequence,
        hint,
        anchors.orElseThrow(() -> invalid("has no \"keys\": expected an array, empty or not")),
        revoked);
  }

  private Set<String> readRevoked(JsonParser json) throws BundleFormatException {
    Set<String> revoked = new HashSet<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      revoked.add(string(json, JwksWriter.REVOKED + "[" + revoked.size() + "]"));
    }
    return revoked;
  }

  private List<X509Certificate> readKeys(JsonParser json) throws BundleFormatException {
    List<X509Certificate> anchors = new ArrayList<>();
    int index = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String where = "keys[" + index++ + "]";
      expect(json.currentToken(), JsonToken.START_OBJECT, where);
      JwkEntry entry = readEntry(json, where);
      if (entry.isX509()) {
        anchors.add(anchor(entry, where));
      }
    }
    return anchors;
  }

  private JwkEntry readEntry(JsonParser json, String where) throws BundleFormatException {
    JwkEntry.Builder entry = new JwkEntry.Builder();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      String at = where + "." + name;
      switch (name) {
        case "use" -> entry.use = string(json, at);
        case "kty" -> entry.keyType = string(json, at);
        case "kid" -> entry.hasKeyId = true;
        case "x5c" -> {
          expect(value, JsonToken.START_ARRAY, at);
          while (json.nextToken() != JsonToken.END_ARRAY) {
            entry.certificates.add(string(json, at));
          }
        }
        default -> {}
      }
      json.skipChildren();
    }
    return entry.build();
  }

  private X509Certificate anchor(JwkEntry entry, String where) throws BundleFormatException {
    if (entry.hasKeyId()) {
      throw invalid(where + " has a \"kid\": an x509-svid entry must not");
    }
    if (entry.certificates().isEmpty()) {
      throw invalid(where + " has no certificate: expected one in \"x5c\"");
    }
    X509Certificate anchor;
    try {
      anchor = Pem.certificate(Base64.getDecoder().decode(entry.certificates().getFirst()));
    } catch (InvalidPemException e) {
      throw new BundleFormatException(
          "bundle of %s: %s.x5c[0]: %s".formatted(trustDomain, where, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new BundleFormatException(
          "bundle of %s: %s.x5c[0] is not base64 (RFC 4648 section 4, not the URL-safe one)"
              .formatted(trustDomain, where),
          e);
    }
    if (anchor.getBasicConstraints() < 0) {
      throw invalid(
          "%s.x5c[0] is %s: expected a CA certificate (cA=true)"
              .formatted(where, ChainValidator.name(anchor)));
    }
    return anchor;
  }

  private String string(JsonParser json, String where) throws BundleFormatException {
    expect(json.currentToken(), JsonToken.VALUE_STRING, where);
    return json.getString();
  }

  private long number(JsonParser json, String where, BigInteger max) throws BundleFormatException {
    expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
    BigInteger value = json.getBigIntegerValue();
    if (value.signum() < 0 || value.compareTo(max) > 0) {
      throw invalid("%s is %s: expected 0 to %s".formatted(where, value, max));
    }
    return value.longValueExact();
  }

  private void expect(JsonToken found, JsonToken expected, String where)
      throws BundleFormatException {
    if (found != expected) {
      throw invalid("%s is %s: expected %s".formatted(where, found, expected));
    }
  }

  private BundleFormatException invalid(String message) {
    return new BundleFormatException("bundle of " + trustDomain + ": " + message);
  }
}

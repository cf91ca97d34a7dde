package io.isthmus.certs;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a bundle document, with the key members that strict JWK parsers insist on. */
final class JwksWriter {
  /** Ours; consumers of SPIFFE bundles skip members that they do not know. */
  static final String REVOKED = "isthmus_revoked";

  private static final JsonFactory JSON = new JsonFactory();

  private JwksWriter() {}

  static byte[] write(TrustBundle bundle) {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), document)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("keys");
      bundle.anchors().forEach(anchor -> writeEntry(json, anchor));
      json.writeEndArray();
      json.writeNumberProperty("spiffe_sequence", bundle.sequence());
      json.writeNumberProperty("spiffe_refresh_hint", bundle.refreshHint().toSeconds());
      if (!bundle.revoked().isEmpty()) {
        json.writeArrayPropertyStart(REVOKED);
        bundle.revoked().stream().sorted().forEach(json::writeString);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return document.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, X509Certificate anchor) {
    json.writeStartObject();
    json.writeStringProperty("use", "x509-svid");
    switch (anchor.getPublicKey()) {
      case ECPublicKey key -> {
        int bits = key.getParams().getCurve().getField().getFieldSize();
        json.writeStringProperty("kty", "EC");
        json.writeStringProperty("crv", "P-" + bits);
        json.writeStringProperty("x", fixed(key.getW().getAffineX(), (bits + 7) / 8));
        json.writeStringProperty("y", fixed(key.getW().getAffineY(), (bits + 7) / 8));
      }
      case RSAPublicKey key -> {
        json.writeStringProperty("kty", "RSA");
        json.writeStringProperty("n", shortest(key.getModulus()));
        json.writeStringProperty("e", shortest(key.getPublicExponent()));
      }
      case PublicKey other ->
          throw new IllegalArgumentException(
              "anchor %s has a key %s: expected EC or RSA"
                  .formatted(ChainValidator.name(anchor), PublicKeys.describe(other)));
    }
    json.writeArrayPropertyStart("x5c");
    json.writeString(Base64.getEncoder().encodeToString(Fingerprint.der(anchor)));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String shortest(BigInteger value) {
    return fixed(value, (value.bitLength() + 7) / 8);
  }

  private static String fixed(BigInteger value, int length) {
    byte[] signed = value.toByteArray();
    byte[] bytes = new byte[length];
    int copied = Math.min(signed.length, length);
    System.arraycopy(signed, signed.length - copied, bytes, length - copied, copied);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

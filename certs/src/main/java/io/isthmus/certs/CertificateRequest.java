package io.isthmus.certs;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/**
 * A PKCS#10 request (RFC 2986) for a key and nothing else: empty subject, no attributes. Who the
 * key belongs to is decided by the issuer, from the caller's credentials.
 */
public final class CertificateRequest {
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};
  private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0x00};
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  private CertificateRequest() {}

  /** A new P-256 key, from the platform's secure random. */
  public static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK makes P-256 keys", e);
    }
  }

  /** Throws {@link IllegalArgumentException} for a key that is not EC. */
  public static byte[] der(KeyPair keyPair) {
    if (!keyPair.getPublic().getAlgorithm().equals("EC")) {
      throw new IllegalArgumentException(
          "key " + PublicKeys.describe(keyPair.getPublic()) + ": expected EC P-256");
    }
    byte[] emptySubject = element(SEQUENCE);
    byte[] info =
        element(SEQUENCE, VERSION_1, emptySubject, keyPair.getPublic().getEncoded(), NO_ATTRIBUTES);
    byte[] noUnusedBits = {0};
    return element(
        SEQUENCE,
        info,
        element(SEQUENCE, ECDSA_WITH_SHA256),
        element(BIT_STRING, noUnusedBits, signature(keyPair, info)));
  }

  private static byte[] signature(KeyPair keyPair, byte[] info) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keyPair.getPrivate());
      signature.update(info);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a private key that does not sign ECDSA", e);
    }
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}

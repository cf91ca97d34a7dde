package io.isthmus.certs;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** SHA-256 digests in lower-case hex: the names that certificates and keys go by. */
public final class Fingerprint {
  private static final int SHOWN_DIGITS = 16;

  private Fingerprint() {}

  /** Enough of a digest in hex to tell it from others, in messages and as a metric's label. */
  public static String shown(String digest) {
    return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
  }

  /** Of the whole certificate, as {@code openssl x509 -fingerprint -sha256} without colons. */
  public static String of(X509Certificate certificate) {
    return hex(der(certificate));
  }

  /** Of the SubjectPublicKeyInfo: stays the same when an authority is renewed with its key. */
  public static String ofKey(X509Certificate certificate) {
    return hex(certificate.getPublicKey().getEncoded());
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("certificate that cannot be encoded", e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }
}

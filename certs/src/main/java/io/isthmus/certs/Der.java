package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates and keys without armour, as the SPIFFE Workload API sends them. What cannot be read
 * is an {@link IllegalArgumentException}, whose message never holds key material.
 */
public final class Der {
  private static final byte[] EC_PUBLIC_KEY = {
    // AlgorithmIdentifier { id-ecPublicKey, ... }, to tell EC from RSA in a PKCS#8 key
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private Der() {}

  /** At least one certificate, one after the other, and nothing else. */
  public static List<X509Certificate> decodeCertificates(byte[] der) {
    if (der.length == 0) {
      throw new IllegalArgumentException("0 bytes: expected DER certificates");
    }
    ByteArrayInputStream in = new ByteArrayInputStream(der);
    List<X509Certificate> certificates = new ArrayList<>();
    while (in.available() > 0) {
      int position = der.length - in.available();
      // The JDK would skip text up to something that looks like PEM.
      if (der[position] != DerReader.SEQUENCE) {
        throw new IllegalArgumentException(
            "byte %d of %d is 0x%02x: expected the start of a DER certificate"
                .formatted(position, der.length, der[position]));
      }
      certificates.add(next(in));
    }
    return List.copyOf(certificates);
  }

  /** Exactly one EC or RSA key in unencrypted PKCS#8. */
  public static PrivateKey decodePrivateKey(byte[] der) {
    String algorithm = contains(der, EC_PUBLIC_KEY) ? "EC" : "RSA";
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("expected an EC or RSA key in PKCS#8", e);
    }
  }

  private static X509Certificate next(ByteArrayInputStream in) {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("expected a DER certificate: " + e.getMessage(), e);
    }
  }

  private static boolean contains(byte[] der, byte[] part) {
    return new String(der, ISO_8859_1).indexOf(new String(part, ISO_8859_1)) >= 0;
  }
}

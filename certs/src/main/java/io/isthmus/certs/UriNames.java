package io.isthmus.certs;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The URI entries of a certificate's subject alternative name, byte for byte. The JDK's own reading
 * goes through {@code java.net.URI} and loses what a non-critical extension says when that fails.
 */
final class UriNames {
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int URI = 0x86; // [6] IA5String

  private UriNames() {}

  /** Throws {@link IllegalArgumentException} when the extension is not well-formed DER. */
  static List<byte[]> of(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
    if (extension == null) {
      return List.of();
    }
    byte[] value = new DerReader(extension).only(DerReader.OCTET_STRING);
    DerReader names = new DerReader(new DerReader(value).only(DerReader.SEQUENCE));
    List<byte[]> uris = new ArrayList<>();
    while (names.hasMore()) {
      DerReader.Element name = names.next();
      if (name.tag() == URI) {
        uris.add(name.content());
      }
    }
    return uris;
  }

  static boolean isCritical(X509Certificate certificate) {
    var critical = certificate.getCriticalExtensionOIDs();
    return critical != null && critical.contains(SUBJECT_ALTERNATIVE_NAME);
  }
}

package io.isthmus.proxy.identity.files;

import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.identity.OwnChain;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;

/** Both files as they were at one moment. */
record Look(PemFiles files, FileText certificates, FileText key) {

  /**
   * The SVID in them. Throws {@link IllegalArgumentException} or {@link CertificateException} when
   * there is none that is good: the message names file and expectation, and holds nothing of a key.
   */
  Svid svid(SpiffeId expected, OwnChain check) throws CertificateException {
    List<X509Certificate> chain =
        parsed(
            "svid-certificates " + files.certificates(),
            certificates,
            Pem::decodeCertificates,
            "the PEM chain of " + expected + ", leaf first");
    PrivateKey privateKey =
        parsed(
            "svid-key " + files.key(),
            key,
            Pem::decodePrivateKey,
            "the leaf's key in PEM, PKCS#8 (\"BEGIN PRIVATE KEY\"), EC or RSA, not encrypted");
    try {
      check.verify(chain, expected);
    } catch (CertificateException e) {
      throw new CertificateException(
          "svid-certificates %s: %s".formatted(files.certificates(), e.getMessage()), e);
    }
    try {
      return new Svid(expected, chain, privateKey);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "svid-certificates %s and svid-key %s: %s: expected a pair"
              .formatted(files.certificates(), files.key(), e.getMessage()),
          e);
    }
  }

  private static <T> T parsed(
      String file, FileText text, Function<String, T> parser, String expected) {
    return switch (text) {
      case FileText.Unreadable(String why) ->
          throw new IllegalArgumentException(file + " " + why + ": expected " + expected);
      case FileText.Read(String read) -> {
        try {
          yield parser.apply(read);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              file + ": " + e.getMessage() + ": expected " + expected, e);
        }
      }
    };
  }
}

package io.isthmus.certs;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;

/** Keys and signatures that are strong enough, as a list of what is allowed. */
final class AlgorithmPolicy {
  private static final Set<String> SIGNATURES =
      Set.of(
          "1.2.840.10045.4.3.2", // SHA256withECDSA
          "1.2.840.10045.4.3.3", // SHA384withECDSA
          "1.2.840.10045.4.3.4", // SHA512withECDSA
          "1.2.840.113549.1.1.11", // SHA256withRSA
          "1.2.840.113549.1.1.12", // SHA384withRSA
          "1.2.840.113549.1.1.13"); // SHA512withRSA
  private static final Set<String> EC_KEYS = Set.of("EC P-256", "EC P-384", "EC P-521");
  private static final int RSA_MIN = 2048;
  private static final int RSA_MAX = 8192; // verification time grows with the square

  private AlgorithmPolicy() {}

  static void checkSignature(X509Certificate certificate) throws PeerRejectedException {
    if (!SIGNATURES.contains(certificate.getSigAlgOID())) {
      throw new PeerRejectedException(
          RejectReason.WEAK_ALGORITHM,
          "certificate %s is signed with %s: expected ECDSA or RSA with SHA-256, SHA-384 or SHA-512"
              .formatted(ChainValidator.name(certificate), certificate.getSigAlgName()));
    }
  }

  static void checkKey(X509Certificate certificate) throws PeerRejectedException {
    PublicKey key = certificate.getPublicKey();
    String kind = PublicKeys.describe(key);
    boolean strong =
        key instanceof RSAPublicKey rsa
            ? rsa.getModulus().bitLength() >= RSA_MIN && rsa.getModulus().bitLength() <= RSA_MAX
            : EC_KEYS.contains(kind);
    if (!strong) {
      throw new PeerRejectedException(
          RejectReason.WEAK_ALGORITHM,
          "certificate %s has a key %s: expected EC P-256, P-384, P-521 or RSA of 2048 to 8192 bits"
              .formatted(ChainValidator.name(certificate), kind));
    }
  }
}

package io.isthmus.proxy.tls;

import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.RejectReason;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;

/**
 * The TLS alert that tells a peer why it was rejected. BoringSSL derives it from the verification
 * error of an {@link OpenSslCertificateException}; of any other exception it makes {@code
 * internal_error}, which reads as a fault of this side.
 */
final class Alerts {
  private Alerts() {}

  static OpenSslCertificateException carrying(PeerRejectedException rejection) {
    return new OpenSslCertificateException(
        rejection.getMessage(), rejection, verificationError(rejection.reason()));
  }

  private static int verificationError(RejectReason reason) {
    return switch (reason) {
      case UNKNOWN_TRUST_DOMAIN, EMPTY_BUNDLE, UNTRUSTED_CHAIN -> // unknown_ca
          CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      case EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED; // certificate_expired
      case REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED; // certificate_revoked
      case EMPTY_CHAIN,
          CHAIN_TOO_LONG,
          CHAIN_TOO_LARGE,
          UNREADABLE_CERTIFICATE,
          NO_URI_SAN,
          SEVERAL_URI_SANS,
          INVALID_SPIFFE_ID,
          ID_WITHOUT_PATH,
          SAN_NOT_CRITICAL,
          LEAF_IS_CA,
          KEY_USAGE,
          EXTENDED_KEY_USAGE,
          WEAK_ALGORITHM,
          NOT_YET_VALID,
          UNEXPECTED_ID -> // bad_certificate
          CertificateVerifier.X509_V_ERR_CERT_REJECTED;
    };
  }
}

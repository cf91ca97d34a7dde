package io.isthmus.certs;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * RFC 5280 path validation by the JDK, one anchor at a time, so that two anchors of one subject (a
 * rollover) are both tried and the one that holds is known. What PKIX leaves out of an anchor
 * certificate (its own validity, path length, name constraints) is enforced here too.
 */
final class ChainValidator {
  private static final int KEY_CERT_SIGN = 5;
  private static final String NAME_CONSTRAINTS = "2.5.29.30";

  private ChainValidator() {}

  /** The anchor under which {@code chain} is valid at {@code now}. */
  static X509Certificate anchorOf(List<X509Certificate> chain, TrustBundle bundle, Instant now)
      throws PeerRejectedException {
    List<X509Certificate> path = withoutAnchor(chain, bundle.anchors());
    for (X509Certificate certificate : path) {
      AlgorithmPolicy.checkSignature(certificate);
      AlgorithmPolicy.checkKey(certificate);
      checkValidity(certificate, now);
    }
    for (X509Certificate issuer : path.subList(1, path.size())) {
      checkMaySign(issuer);
    }
    PeerRejectedException last = null;
    for (X509Certificate anchor : bundle.anchors()) {
      if (anchor.getSubjectX500Principal().equals(path.getLast().getIssuerX500Principal())) {
        try {
          validate(path, anchor, now);
          return anchor;
        } catch (PeerRejectedException e) {
          last = e;
        }
      }
    }
    throw last != null
        ? last
        : new PeerRejectedException(
            RejectReason.UNTRUSTED_CHAIN,
            "chain ends at issuer %s: expected one of the %d anchors of trust domain %s"
                .formatted(
                    Quoted.of(path.getLast().getIssuerX500Principal().getName()),
                    bundle.anchors().size(),
                    bundle.trustDomain()));
  }

  /** {@code CN=..., serial} as far as present; for messages only. */
  static String name(X509Certificate certificate) {
    return Quoted.of(certificate.getSubjectX500Principal().getName())
        + " (serial "
        + certificate.getSerialNumber().toString(16)
        + ")";
  }

  /** Some peers send the root too; it proves nothing and is not part of the path. */
  private static List<X509Certificate> withoutAnchor(
      List<X509Certificate> chain, List<X509Certificate> anchors) {
    return chain.size() > 1 && anchors.contains(chain.getLast())
        ? chain.subList(0, chain.size() - 1)
        : chain;
  }

  private static void checkValidity(X509Certificate certificate, Instant now)
      throws PeerRejectedException {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new PeerRejectedException(
          RejectReason.NOT_YET_VALID,
          "certificate %s is valid from %s, now is %s: compare the clocks"
              .formatted(name(certificate), certificate.getNotBefore().toInstant(), now));
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new PeerRejectedException(
          RejectReason.EXPIRED,
          "certificate %s was valid until %s, now is %s"
              .formatted(name(certificate), certificate.getNotAfter().toInstant(), now));
    }
  }

  private static void checkMaySign(X509Certificate issuer) throws PeerRejectedException {
    boolean[] usage = issuer.getKeyUsage();
    if (issuer.getBasicConstraints() < 0 || usage == null || !usage[KEY_CERT_SIGN]) {
      throw new PeerRejectedException(
          RejectReason.UNTRUSTED_CHAIN,
          "certificate %s is used as an issuer: expected cA=true and keyUsage keyCertSign"
              .formatted(name(issuer)));
    }
  }

  private static void validate(List<X509Certificate> path, X509Certificate anchor, Instant now)
      throws PeerRejectedException {
    AlgorithmPolicy.checkKey(anchor);
    checkValidity(anchor, now);
    long issuers =
        path.stream()
            .skip(1)
            .filter(c -> !c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
            .count();
    if (issuers > anchor.getBasicConstraints()) {
      throw new PeerRejectedException(
          RejectReason.UNTRUSTED_CHAIN,
          "anchor %s allows %d intermediates, the chain has %d"
              .formatted(name(anchor), anchor.getBasicConstraints(), issuers));
    }
    try {
      CertPath certPath =
          CertificateFactory.getInstance("X.509").generateCertPath(constrainedBy(anchor, path));
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
    } catch (CertPathValidatorException e) {
      throw new PeerRejectedException(
          e.getReason() == BasicReason.ALGORITHM_CONSTRAINED
              ? RejectReason.WEAK_ALGORITHM
              : RejectReason.UNTRUSTED_CHAIN,
          "chain is not valid under anchor %s: %s (certificate %d)"
              .formatted(name(anchor), Quoted.of(String.valueOf(e.getMessage())), e.getIndex()),
          e);
    } catch (GeneralSecurityException | RuntimeException e) {
      // A RuntimeException is the JDK's: a URI name constraint over a trust domain with '_' ends
      // in a NullPointerException. What cannot be judged is not believed.
      throw new PeerRejectedException(
          RejectReason.UNTRUSTED_CHAIN,
          "chain cannot be validated under anchor %s: %s"
              .formatted(name(anchor), Quoted.of(e.toString())),
          e);
    }
  }

  /**
   * The JDK takes no name constraints with an anchor. They are enforced by making the anchor, which
   * then has to be self-signed, the path's last certificate as well.
   */
  private static List<X509Certificate> constrainedBy(
      X509Certificate anchor, List<X509Certificate> path) {
    if (anchor.getExtensionValue(NAME_CONSTRAINTS) == null) {
      return path;
    }
    List<X509Certificate> constrained = new ArrayList<>(path);
    constrained.add(anchor);
    return constrained;
  }
}

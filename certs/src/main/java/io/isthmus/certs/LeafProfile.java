package io.isthmus.certs;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The X509-SVID profile of a leaf: what the SPIFFE specification asks beyond RFC 5280. */
final class LeafProfile {
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;
  private static final String KEY_USAGE = "2.5.29.15";
  private static final List<String> TLS_USAGES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

  private LeafProfile() {}

  /** The leaf's only ID, if the leaf follows the profile. */
  static SpiffeId check(X509Certificate leaf) throws PeerRejectedException {
    SpiffeId id = id(leaf);
    if (leaf.getBasicConstraints() >= 0) {
      throw new PeerRejectedException(
          RejectReason.LEAF_IS_CA, "leaf of " + id + " has cA=true: expected a workload's leaf");
    }
    checkKeyUsage(leaf, id);
    checkExtendedKeyUsage(leaf, id);
    if (leaf.getSubjectX500Principal().getName().isEmpty() && !UriNames.isCritical(leaf)) {
      throw new PeerRejectedException(
          RejectReason.SAN_NOT_CRITICAL,
          "leaf of " + id + " has an empty subject: expected a critical subjectAltName");
    }
    return id;
  }

  /** Absent it allows everything, present it has to allow both ends of a TLS connection. */
  private static void checkExtendedKeyUsage(X509Certificate leaf, SpiffeId id)
      throws PeerRejectedException {
    List<String> usages;
    try {
      usages = leaf.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      throw new PeerRejectedException(
          RejectReason.EXTENDED_KEY_USAGE,
          "leaf of " + id + " has an extendedKeyUsage that cannot be read",
          e);
    }
    if (usages != null && !usages.containsAll(TLS_USAGES)) {
      throw new PeerRejectedException(
          RejectReason.EXTENDED_KEY_USAGE,
          "leaf of %s has extendedKeyUsage %s: expected serverAuth and clientAuth %s in it"
              .formatted(id, usages, TLS_USAGES));
    }
  }

  private static SpiffeId id(X509Certificate leaf) throws PeerRejectedException {
    List<byte[]> uris;
    try {
      uris = UriNames.of(leaf);
    } catch (IllegalArgumentException e) {
      throw new PeerRejectedException(
          RejectReason.UNREADABLE_CERTIFICATE, "leaf's subjectAltName cannot be read", e);
    }
    if (uris.isEmpty()) {
      throw new PeerRejectedException(
          RejectReason.NO_URI_SAN, "leaf has no URI subjectAltName: expected one SPIFFE ID");
    }
    if (uris.size() > 1) {
      throw new PeerRejectedException(
          RejectReason.SEVERAL_URI_SANS,
          "leaf has " + uris.size() + " URI subjectAltNames: expected exactly one");
    }
    SpiffeId id;
    try {
      id = SpiffeId.parse(uris.getFirst());
    } catch (InvalidSpiffeIdException e) {
      throw new PeerRejectedException(
          RejectReason.INVALID_SPIFFE_ID, "leaf's URI subjectAltName " + e.getMessage(), e);
    }
    if (id.path().isEmpty()) {
      throw new PeerRejectedException(
          RejectReason.ID_WITHOUT_PATH, "leaf's ID is " + id + ": expected one with a path");
    }
    return id;
  }

  private static void checkKeyUsage(X509Certificate leaf, SpiffeId id)
      throws PeerRejectedException {
    boolean[] usage = leaf.getKeyUsage();
    var critical = leaf.getCriticalExtensionOIDs();
    if (usage == null || critical == null || !critical.contains(KEY_USAGE)) {
      throw new PeerRejectedException(
          RejectReason.KEY_USAGE, "leaf of " + id + " has no critical keyUsage: expected one");
    }
    if (!usage[DIGITAL_SIGNATURE] || usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
      throw new PeerRejectedException(
          RejectReason.KEY_USAGE,
          "leaf of %s has keyUsage digitalSignature=%s, keyCertSign=%s, cRLSign=%s: expected true, false, false"
              .formatted(id, usage[DIGITAL_SIGNATURE], usage[KEY_CERT_SIGN], usage[CRL_SIGN]));
    }
  }
}

package io.isthmus.certs.issuing;

import io.isthmus.certs.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate in the making: what every one of ours has, then what its kind adds. */
final class CertificateDraft {
  private static final int SERIAL_BITS = 127; // random and positive (CA/B BR 7.1: at least 64 bits)
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509v3CertificateBuilder builder;
  private final SubjectPublicKeyInfo issuerKey;

  private CertificateDraft(X509v3CertificateBuilder builder, SubjectPublicKeyInfo issuerKey) {
    this.builder = builder;
    this.issuerKey = issuerKey;
  }

  static CertificateDraft of(Names names, PublicKey key, PublicKey issuerKey, Validity validity) {
    SubjectPublicKeyInfo subjectInfo = SubjectPublicKeyInfo.getInstance(key.getEncoded());
    SubjectPublicKeyInfo issuerInfo = SubjectPublicKeyInfo.getInstance(issuerKey.getEncoded());
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            names.issuer(),
            new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1),
            Date.from(validity.from()),
            Date.from(validity.to()),
            names.subject(),
            subjectInfo);
    CertificateDraft draft = new CertificateDraft(builder, issuerInfo);
    draft.add(
        Extension.subjectKeyIdentifier, extensionUtils().createSubjectKeyIdentifier(subjectInfo));
    return draft;
  }

  record Names(X500Name issuer, X500Name subject) {}

  /** RFC 5280: cA with its path length, keyCertSign and cRLSign, all critical. */
  CertificateDraft authority(SpiffeId id, int pathLength) {
    addCritical(Extension.basicConstraints, new BasicConstraints(pathLength));
    addCritical(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return add(Extension.subjectAlternativeName, uri(id));
  }

  CertificateDraft authorityKey() {
    return add(
        Extension.authorityKeyIdentifier, extensionUtils().createAuthorityKeyIdentifier(issuerKey));
  }

  CertificateDraft add(ASN1ObjectIdentifier oid, ASN1Encodable value) {
    return put(new Extension(oid, false, encoded(value)));
  }

  CertificateDraft addCritical(ASN1ObjectIdentifier oid, ASN1Encodable value) {
    return put(new Extension(oid, true, encoded(value)));
  }

  static GeneralNames uri(SpiffeId id) {
    return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString()));
  }

  /** An SVID has one URI; DNS names beside it are for clients that know no SPIFFE. */
  static GeneralNames names(SpiffeId id, List<String> dnsNames) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString()));
    dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  X509Certificate sign(PrivateKey issuer) {
    String algorithm = issuer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(issuer)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("authority's key does not sign " + algorithm, e);
    }
  }

  private CertificateDraft put(Extension extension) {
    try {
      builder.addExtension(extension);
      return this;
    } catch (IOException e) {
      throw new IllegalArgumentException("extension that cannot be encoded", e);
    }
  }

  private static byte[] encoded(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalArgumentException("extension that cannot be encoded", e);
    }
  }

  private static JcaX509ExtensionUtils extensionUtils() {
    try {
      return new JcaX509ExtensionUtils();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("key identifiers are SHA-1 (RFC 5280), which every JDK has", e);
    }
  }
}

package io.isthmus.certs;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;

/** Like a lazily parsed certificate of another provider whose bytes turn out to be none. */
final class BrokenCertificate extends X509Certificate {
  private static final long serialVersionUID = 1L;

  private final transient X509Certificate bytesOf;

  BrokenCertificate(X509Certificate bytesOf) {
    this.bytesOf = bytesOf;
  }

  private static IllegalStateException broken() {
    return new IllegalStateException("cannot be parsed");
  }

  @Override
  public byte[] getEncoded() {
    return Fingerprint.der(bytesOf);
  }

  @Override
  public byte[] getExtensionValue(String oid) {
    throw broken();
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    throw broken();
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    throw broken();
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    throw broken();
  }

  @Override
  public void checkValidity() {
    throw broken();
  }

  @Override
  public void checkValidity(Date date) {
    throw broken();
  }

  @Override
  public int getVersion() {
    throw broken();
  }

  @Override
  public BigInteger getSerialNumber() {
    throw broken();
  }

  @Override
  @Deprecated
  public Principal getIssuerDN() {
    throw broken();
  }

  @Override
  @Deprecated
  public Principal getSubjectDN() {
    throw broken();
  }

  @Override
  public Date getNotBefore() {
    throw broken();
  }

  @Override
  public Date getNotAfter() {
    throw broken();
  }

  @Override
  public byte[] getTBSCertificate() {
    throw broken();
  }

  @Override
  public byte[] getSignature() {
    throw broken();
  }

  @Override
  public String getSigAlgName() {
    throw broken();
  }

  @Override
  public String getSigAlgOID() {
    throw broken();
  }

  @Override
  public byte[] getSigAlgParams() {
    throw broken();
  }

  @Override
  public boolean[] getIssuerUniqueID() {
    throw broken();
  }

  @Override
  public boolean[] getSubjectUniqueID() {
    throw broken();
  }

  @Override
  public boolean[] getKeyUsage() {
    throw broken();
  }

  @Override
  public int getBasicConstraints() {
    throw broken();
  }

  @Override
  public void verify(PublicKey key) {
    throw broken();
  }

  @Override
  public void verify(PublicKey key, String provider) {
    throw broken();
  }

  @Override
  public String toString() {
    return "broken certificate";
  }

  @Override
  public PublicKey getPublicKey() {
    throw broken();
  }
}

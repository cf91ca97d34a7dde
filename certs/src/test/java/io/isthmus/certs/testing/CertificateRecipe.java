package io.isthmus.certs.testing;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate with everything open: starts as a good one, and each call spoils (or varies) one
 * thing. Valid for a day around the instant it is given.
 */
public final class CertificateRecipe {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();
  private X500Name subject;
  private Instant from;
  private Instant to;
  private KeyPair keys = CertificateRequest.newKeyPair();
  private String signature = "";

  private CertificateRecipe(String subject, Instant now) {
    this.subject = new X500Name(subject);
    this.from = now.minusSeconds(300);
    this.to = now.plusSeconds(86_400);
  }

  /** A leaf by the X509-SVID profile, but for a subject, so that the name need not be critical. */
  public static CertificateRecipe leaf(SpiffeId id, Instant now) {
    return new CertificateRecipe("CN=leaf", now)
        .critical(Extension.basicConstraints, new BasicConstraints(false))
        .keyUsage(KeyUsage.digitalSignature)
        .purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
        .uris(id.toString());
  }

  /** A CA without URI name and without a limit on its path. */
  public static CertificateRecipe authority(String commonName, Instant now) {
    return new CertificateRecipe("CN=" + commonName, now)
        .critical(Extension.basicConstraints, new BasicConstraints(true))
        .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
  }

  public CertificateRecipe subject(String name) {
    subject = new X500Name(name);
    return this;
  }

  public CertificateRecipe uris(String... uris) {
    return names(
        Arrays.stream(uris)
            .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
            .toArray(GeneralName[]::new));
  }

  /** One URI name of exactly these bytes, which need not be ASCII. */
  public CertificateRecipe uri(byte[] bytes) {
    return names(new GeneralName(GeneralName.uniformResourceIdentifier, new DEROctetString(bytes)));
  }

  public CertificateRecipe names(GeneralName... names) {
    return plain(Extension.subjectAlternativeName, new GeneralNames(names));
  }

  public CertificateRecipe keyUsage(int bits) {
    return critical(Extension.keyUsage, new KeyUsage(bits));
  }

  public CertificateRecipe purposes(KeyPurposeId... purposes) {
    return plain(Extension.extendedKeyUsage, new ExtendedKeyUsage(purposes));
  }

  public CertificateRecipe critical(ASN1ObjectIdentifier oid, ASN1Encodable value) {
    return put(oid, Criticality.CRITICAL, value);
  }

  public CertificateRecipe plain(ASN1ObjectIdentifier oid, ASN1Encodable value) {
    return put(oid, Criticality.PLAIN, value);
  }

  /** The extension as it is, but critical. */
  public CertificateRecipe nowCritical(ASN1ObjectIdentifier oid) {
    return critical(oid, existing(oid).getParsedValue());
  }

  /** The extension as it is, but not critical. */
  public CertificateRecipe nowPlain(ASN1ObjectIdentifier oid) {
    return plain(oid, existing(oid).getParsedValue());
  }

  public CertificateRecipe without(ASN1ObjectIdentifier oid) {
    extensions.remove(oid);
    return this;
  }

  public CertificateRecipe valid(Instant from, Instant to) {
    this.from = from;
    this.to = to;
    return this;
  }

  public CertificateRecipe key(KeyPair keys) {
    this.keys = keys;
    return this;
  }

  /** A JCA name such as {@code SHA1withECDSA}; SHA-256 unless told. */
  public CertificateRecipe signature(String algorithm) {
    signature = algorithm;
    return this;
  }

  public Made selfSigned() {
    return new Made(make(subject, keys.getPrivate()), keys.getPrivate());
  }

  public Made signedBy(Made issuer) {
    X500Name name =
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    return new Made(make(name, issuer.privateKey()), keys.getPrivate());
  }

  private Extension existing(ASN1ObjectIdentifier oid) {
    Extension extension = extensions.get(oid);
    if (extension == null) {
      throw new IllegalStateException("recipe has no extension " + oid);
    }
    return extension;
  }

  private enum Criticality {
    CRITICAL,
    PLAIN
  }

  private CertificateRecipe put(
      ASN1ObjectIdentifier oid, Criticality criticality, ASN1Encodable value) {
    try {
      byte[] der = value.toASN1Primitive().getEncoded("DER");
      extensions.put(oid, new Extension(oid, criticality == Criticality.CRITICAL, der));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private X509Certificate make(X500Name issuer, PrivateKey key) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              new BigInteger(64, RANDOM).setBit(64),
              Date.from(from),
              Date.from(to),
              subject,
              keys.getPublic());
      for (Extension extension : extensions.values()) {
        builder.addExtension(extension);
      }
      String usual = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      ContentSigner signer =
          new JcaContentSignerBuilder(signature.isEmpty() ? usual : signature).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("recipe cannot be made: " + e.getMessage(), e);
    }
  }
}

package io.isthmus.certs.issuing;

import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import java.io.IOException;
import java.security.KeyPair;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * What the owner of an offline root is asked to sign: the next issuer of a trust domain. It asks
 * for what an issuer has to have, so that a signer that copies the extensions makes a good one; one
 * that does not is told by {@link OfferedIssuer} what is missing.
 */
public final class IssuerRequest {
  private static final int PATH_LENGTH = 0; // leaves only

  private IssuerRequest() {}

  /**
   * A PKCS#10 request as PEM, which holds no secret.
   *
   * @param keys EC
   */
  public static String pem(TrustDomain trustDomain, KeyPair keys) {
    try {
      ExtensionsGenerator wanted = new ExtensionsGenerator();
      wanted.addExtension(Extension.basicConstraints, true, new BasicConstraints(PATH_LENGTH));
      wanted.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      wanted.addExtension(
          Extension.subjectAlternativeName, false, CertificateDraft.uri(trustDomain.id()));
      return Pem.encodeRequest(
          new JcaPKCS10CertificationRequestBuilder(
                  DistinguishedNames.of(trustDomain, "issuer"), keys.getPublic())
              .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted.generate())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded());
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalArgumentException("a key that does not sign ECDSA", e);
    }
  }
}

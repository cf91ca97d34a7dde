package io.isthmus.certs.issuing;

import io.isthmus.certs.PublicKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A PKCS#10 request that may be signed: well-formed, proof of possession checked, key P-256. Of
 * what it asks for, only the key is used; the URIs are there so that the caller can refuse a
 * request that names somebody else.
 *
 * @param uris every URI subject alternative name, as written
 */
public record SigningRequest(PublicKey publicKey, List<String> uris) {
  /** Ours have 200 bytes; a request that fills a gRPC message is not one. */
  static final int MAX_BYTES = 16 * 1024;

  public SigningRequest {
    uris = List.copyOf(uris);
  }

  public static SigningRequest parse(byte[] der) throws InvalidRequestException {
    if (der.length > MAX_BYTES) {
      throw new InvalidRequestException(
          "request of %d bytes: expected at most %d".formatted(der.length, MAX_BYTES));
    }
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
      PublicKey key = request.getPublicKey();
      checkKey(key);
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new InvalidRequestException(
            "request's signature is not by its own key: no proof of possession");
      }
      return new SigningRequest(key, uris(request));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | RuntimeException e) {
      throw new InvalidRequestException("not a PKCS#10 request in DER: " + e.getMessage(), e);
    }
  }

  private static void checkKey(PublicKey key) throws InvalidRequestException {
    if (!PublicKeys.isP256(key)) {
      throw new InvalidRequestException(
          "request's key is " + PublicKeys.describe(key) + ": expected EC P-256");
    }
  }

  private static List<String> uris(JcaPKCS10CertificationRequest request) {
    List<String> uris = new ArrayList<>();
    for (Attribute attribute :
        request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
      for (ASN1Encodable value : attribute.getAttributeValues()) {
        GeneralNames names =
            GeneralNames.fromExtensions(
                Extensions.getInstance(value), Extension.subjectAlternativeName);
        if (names != null) {
          for (GeneralName name : names.getNames()) {
            if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
              uris.add(name.getName().toString());
            }
          }
        }
      }
    }
    return uris;
  }
}

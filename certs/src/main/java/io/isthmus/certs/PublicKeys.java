package io.isthmus.certs;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** What kind of key a public key is. Curves are compared by their parameters, not by a name. */
public final class PublicKeys {
  private static final Map<String, ECParameterSpec> CURVES = new LinkedHashMap<>();

  static {
    CURVES.put("P-256", curve("secp256r1"));
    CURVES.put("P-384", curve("secp384r1"));
    CURVES.put("P-521", curve("secp521r1"));
  }

  private PublicKeys() {}

  public static boolean isP256(PublicKey key) {
    return describe(key).equals("EC P-256");
  }

  /** {@code EC P-256}, {@code EC unknown curve of 256 bits}, {@code RSA 2048}, {@code Ed25519}. */
  public static String describe(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> "EC " + curveOf(ec.getParams());
      case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength();
      default -> key.getAlgorithm();
    };
  }

  /** Whether what the private key signs verifies under the public key. EC and RSA only. */
  public static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm =
        privateKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    byte[] probe = publicKey.getEncoded();
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String curveOf(ECParameterSpec parameters) {
    return CURVES.entrySet().stream()
        .filter(known -> isSame(known.getValue(), parameters))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> "unknown curve of " + parameters.getOrder().bitLength() + " bits");
  }

  private static boolean isSame(ECParameterSpec a, ECParameterSpec b) {
    return a.getCurve().equals(b.getCurve())
        && a.getGenerator().equals(b.getGenerator())
        && a.getOrder().equals(b.getOrder())
        && a.getCofactor() == b.getCofactor();
  }

  private static ECParameterSpec curve(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + name, e);
    }
  }
}

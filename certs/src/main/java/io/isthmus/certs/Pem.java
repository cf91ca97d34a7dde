package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** RFC 7468 text of certificates, PKCS#8 keys and PKCS#10 requests. */
public final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final String REQUEST = "CERTIFICATE REQUEST";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END ([A-Z0-9 ]+)-----");
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");

  private record Block(String label, byte[] der) {}

  private Pem() {}

  public static String encode(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(certificate -> text.append(encode(certificate)));
    return text.toString();
  }

  public static String encode(X509Certificate certificate) {
    return block(CERTIFICATE, Fingerprint.der(certificate));
  }

  /** Unencrypted PKCS#8. */
  public static String encode(PrivateKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new IllegalArgumentException("a private key that cannot leave its provider");
    }
    return block(PRIVATE_KEY, encoded);
  }

  public static String encodeRequest(byte[] der) {
    return block(REQUEST, der);
  }

  /** At least one certificate, and nothing else. */
  public static List<X509Certificate> decodeCertificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text, CERTIFICATE)) {
      certificates.add(certificate(block.der()));
    }
    return List.copyOf(certificates);
  }

  /** Exactly one EC or RSA key in PKCS#8. */
  public static PrivateKey decodePrivateKey(String text) {
    byte[] der = single(text, PRIVATE_KEY);
    try {
      return Der.decodePrivateKey(der);
    } catch (IllegalArgumentException e) {
      throw new InvalidPemException("PEM block PRIVATE KEY: expected an EC or RSA key", e);
    }
  }

  /** Exactly one PKCS#10 request, as DER. Whether it is a good one is for the issuer. */
  public static byte[] decodeRequest(String text) {
    return single(text, REQUEST);
  }

  static X509Certificate certificate(byte[] der) {
    try {
      ByteArrayInputStream in = new ByteArrayInputStream(der);
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      if (in.available() > 0) {
        throw new InvalidPemException(
            "certificate followed by " + in.available() + " bytes: expected one DER certificate");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new InvalidPemException("expected a DER certificate: " + e.getMessage(), e);
    }
  }

  private static byte[] single(String text, String label) {
    List<Block> blocks = blocks(text, label);
    if (blocks.size() > 1) {
      throw new InvalidPemException(
          "%d PEM blocks %s: expected one".formatted(blocks.size(), label));
    }
    return blocks.getFirst().der();
  }

  private static List<Block> blocks(String text, String label) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String found = matcher.group(1);
      if (!found.equals(label) || !found.equals(matcher.group(3))) {
        throw new InvalidPemException("PEM block " + found + ": expected " + label);
      }
      try {
        blocks.add(new Block(found, Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException e) {
        throw new InvalidPemException("PEM block " + found + ": expected base64 text", e);
      }
    }
    if (blocks.isEmpty()) {
      throw new InvalidPemException(
          "no PEM block %s in %d characters of text".formatted(label, text.length()));
    }
    long begun = BEGIN.matcher(text).results().count();
    if (begun > blocks.size()) {
      // else what was cut short while it was being written would pass for a shorter whole
      throw new InvalidPemException(
          "%d PEM blocks begin, %d are whole: expected an END line for each"
              .formatted(begun, blocks.size()));
    }
    return blocks;
  }

  private static String block(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}

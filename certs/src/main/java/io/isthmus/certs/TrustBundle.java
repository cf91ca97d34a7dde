package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The anchors of one trust domain at one sequence. No anchors is a valid bundle: it says to trust
 * nobody of this domain.
 *
 * @param sequence rises on every change; 0 where a document has none
 * @param refreshHint how often to look for the next one, {@link #DEFAULT_REFRESH_HINT} where a
 *     document has none
 */
public record TrustBundle(
    TrustDomain trustDomain, long sequence, Duration refreshHint, List<X509Certificate> anchors) {
  public static final Duration DEFAULT_REFRESH_HINT = Duration.ofMinutes(5);

  /**
   * A higher sequence is taken for garbage or an attack: near 2^63 it could never be followed by
   * another one. Even nanoseconds since 1970 stay below this until 2116.
   */
  public static final long MAX_SEQUENCE = 1L << 62;

  public static final int MAX_ANCHORS = 64;

  public TrustBundle {
    if (sequence < 0 || sequence > MAX_SEQUENCE) {
      throw new IllegalArgumentException(
          "sequence %d of %s: expected 0 to 2^62".formatted(sequence, trustDomain));
    }
    if (refreshHint.isNegative()) {
      throw new IllegalArgumentException(
          "refresh hint %s of %s: expected none below 0".formatted(refreshHint, trustDomain));
    }
    if (anchors.size() > MAX_ANCHORS) {
      throw new IllegalArgumentException(
          "%d anchors of %s: expected at most %d"
              .formatted(anchors.size(), trustDomain, MAX_ANCHORS));
    }
    anchors = anchors.stream().distinct().toList();
    for (X509Certificate anchor : anchors) {
      if (anchor.getBasicConstraints() < 0) {
        throw new IllegalArgumentException(
            "anchor %s of %s: expected a CA certificate (cA=true)"
                .formatted(ChainValidator.name(anchor), trustDomain));
      }
    }
  }

  /**
   * Reads a SPIFFE bundle document. A valid one without usable keys gives a bundle without anchors;
   * anything that cannot be trusted to mean what it says throws, and the last good bundle stays.
   */
  public static TrustBundle parseJwks(TrustDomain trustDomain, byte[] document)
      throws BundleFormatException {
    return new JwksReader(trustDomain).read(document);
  }

  public byte[] toJwks() {
    return JwksWriter.write(this);
  }

  /** {@code sha256:<hex>} over trust domain and anchors, whatever their order and the sequence. */
  public String digest() {
    MessageDigest digest = Fingerprint.sha256();
    digest.update((trustDomain.name() + "\n").getBytes(US_ASCII));
    anchors.stream()
        .map(Fingerprint::of)
        .sorted()
        .forEach(fingerprint -> digest.update((fingerprint + "\n").getBytes(US_ASCII)));
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }
}

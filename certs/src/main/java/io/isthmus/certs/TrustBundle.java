package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The anchors of one trust domain at one sequence. No anchors is a valid bundle: it says to trust
 * nobody of this domain.
 *
 * @param sequence rises on every change; 0 where a document has none
 * @param refreshHint how often to look for the next one, {@link #DEFAULT_REFRESH_HINT} where a
 *     document has none
 * @param revoked certificates of authorities, anchors or issuers under them, that are not to be
 *     believed for one moment more, by {@link Fingerprint#of}; none of them is among the anchors.
 *     An anchor that is merely absent was retired in peace
 */
public record TrustBundle(
    TrustDomain trustDomain,
    long sequence,
    Duration refreshHint,
    List<X509Certificate> anchors,
    Set<String> revoked) {
  public static final Duration DEFAULT_REFRESH_HINT = Duration.ofMinutes(5);

  /**
   * A higher sequence is taken for garbage or an attack: near 2^63 it could never be followed by
   * another one. Even nanoseconds since 1970 stay below this until 2116.
   */
  public static final long MAX_SEQUENCE = 1L << 62;

  public static final int MAX_ANCHORS = 64;

  public static final int MAX_REVOKED = 64;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

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
    revoked = Set.copyOf(revoked);
    checkRevoked(trustDomain, anchors, revoked);
  }

  /** A bundle that revokes nothing. */
  public TrustBundle(
      TrustDomain trustDomain, long sequence, Duration refreshHint, List<X509Certificate> anchors) {
    this(trustDomain, sequence, refreshHint, anchors, Set.of());
  }

  private static void checkRevoked(
      TrustDomain trustDomain, List<X509Certificate> anchors, Set<String> revoked) {
    if (revoked.size() > MAX_REVOKED) {
      throw new IllegalArgumentException(
          "%d revoked authorities of %s: expected at most %d"
              .formatted(revoked.size(), trustDomain, MAX_REVOKED));
    }
    for (String fingerprint : revoked) {
      if (!SHA256.matcher(fingerprint).matches()) {
        throw new IllegalArgumentException(
            "revoked authority %s of %s: expected 64 lower-case hexadecimal digits"
                .formatted(Quoted.of(fingerprint), trustDomain));
      }
    }
    if (revoked.isEmpty()) {
      return; // spares the digests, which nearly every bundle would pay for
    }
    for (X509Certificate anchor : anchors) {
      if (revoked.contains(Fingerprint.of(anchor))) {
        throw new IllegalArgumentException(
            "anchor %s of %s is also revoked: expected one of the two"
                .formatted(ChainValidator.name(anchor), trustDomain));
      }
    }
  }

  /** Whether this bundle says that nothing under {@code authority} is to be believed any more. */
  public boolean revokes(X509Certificate authority) {
    return !revoked.isEmpty() && revoked.contains(Fingerprint.of(authority));
  }

  /** Whether one of these is revoked: of a chain, all of it is then. */
  public boolean revokesAnyOf(List<X509Certificate> chain) {
    return !revoked.isEmpty() && chain.stream().anyMatch(this::revokes);
  }

  /** Whether something that vouched for {@code peer} is revoked. */
  public boolean revokes(VerifiedPeer peer) {
    return revokes(peer.anchor()) || revokesAnyOf(peer.chain());
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

  /**
   * {@code sha256:<hex>} over trust domain, anchors and what is revoked, whatever their order and
   * the sequence: who enforces a digest enforces both.
   */
  public String digest() {
    MessageDigest digest = Fingerprint.sha256();
    digest.update((trustDomain.name() + "\n").getBytes(US_ASCII));
    anchors.stream()
        .map(Fingerprint::of)
        .sorted()
        .forEach(fingerprint -> digest.update((fingerprint + "\n").getBytes(US_ASCII)));
    revoked.stream()
        .sorted()
        .forEach(
            fingerprint -> digest.update(("revoked " + fingerprint + "\n").getBytes(US_ASCII)));
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }
}

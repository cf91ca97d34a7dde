package io.isthmus.control.authority;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this trust domain issues with, and what others verify with.
 *
 * @param roots the one that signed the active issuer, and during the rotation of a root another
 * @param bundle the one that is published
 * @param version of the stored objects that this was read from
 */
public record Authority(
    List<RootAuthority> roots,
    Roles<Issuer> issuers,
    Rotation rotation,
    TrustBundle bundle,
    Version version) {

  /** Resource versions. */
  public record Version(String root, String issuer) {}

  public Authority {
    roots = List.copyOf(roots);
  }

  public Issuer issuer() {
    return issuers.active();
  }

  /** The root that signed the active issuer. */
  public RootAuthority root() {
    return rootOf(issuer());
  }

  /** The root that signed {@code issuer}, which is one of this authority's. */
  public RootAuthority rootOf(Issuer issuer) {
    return rootOf(roots, issuer).orElseThrow();
  }

  static Optional<RootAuthority> rootOf(List<RootAuthority> roots, Issuer issuer) {
    return roots.stream().filter(root -> root.signed(issuer)).findFirst();
  }

  /** Of all roots and issuers, by SHA-256 in hexadecimal. */
  public Set<String> fingerprints() {
    return Stream.concat(
            roots.stream().map(RootAuthority::certificate),
            Stream.concat(Stream.of(issuers.active()), issuers.other().stream())
                .map(Issuer::certificate))
        .map(Fingerprint::of)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether an operator said that {@code issuer}, or the root that signed it, is not to be used.
   */
  public boolean isRevoked(Issuer issuer) {
    return isRevoked(issuer.certificate())
        || rootOf(roots, issuer)
            .map(RootAuthority::certificate)
            .filter(this::isRevoked)
            .isPresent();
  }

  boolean isRevoked(X509Certificate certificate) {
    return bundle.revokes(certificate);
  }

  /** The anchors that the phase calls for: that of the active issuer first. */
  static List<X509Certificate> anchors(
      List<RootAuthority> roots, Roles<Issuer> issuers, Rotation rotation) {
    List<X509Certificate> anchors = new ArrayList<>();
    rootOf(roots, issuers.active()).ifPresent(root -> anchors.add(root.certificate()));
    if (rotation.phase().trustsBoth()) {
      issuers
          .other()
          .flatMap(issuer -> rootOf(roots, issuer))
          .map(RootAuthority::certificate)
          .filter(certificate -> !anchors.contains(certificate))
          .ifPresent(anchors::add);
    }
    return anchors;
  }

  /** Whether what was stored is the same; the bundle is made of it. */
  boolean isSameAs(Authority other) {
    return version.equals(other.version) && bundle.equals(other.bundle);
  }
}

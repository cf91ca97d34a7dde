package io.isthmus.control.authority;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this trust domain issues with, and what others verify with.
 *
 * @param roots what signed the issuers
 * @param bundle the one that is published
 * @param version of the stored objects that this was read from
 */
public record Authority(
    Roots roots, Roles<Issuer> issuers, Rotation rotation, TrustBundle bundle, Version version) {

  /** Resource versions. */
  public record Version(String root, String issuer) {}

  public Issuer issuer() {
    return issuers.active();
  }

  /** Those that stand for an issuer of theirs which is lost: it signs nothing. */
  public List<RootAuthority> lost() {
    return issuers.all().stream().filter(issuer -> !issuer.holdsKey()).map(this::rootOf).toList();
  }

  /** The root that signed the active issuer. */
  public RootAuthority root() {
    return rootOf(issuer());
  }

  /** The root that signed {@code issuer}, which is one of this authority's. */
  public RootAuthority rootOf(Issuer issuer) {
    return roots.of(issuer).orElseThrow();
  }

  /** The root of each root and issuer, all by SHA-256 in hexadecimal. */
  public Map<String, String> rootsByAuthority() {
    Map<String, String> known = new HashMap<>();
    for (RootAuthority root : roots.all()) {
      String anchor = Fingerprint.of(root.certificate());
      known.put(anchor, anchor);
    }
    for (Issuer issuer : issuers.all()) {
      known.put(Fingerprint.of(issuer.certificate()), Fingerprint.of(rootOf(issuer).certificate()));
    }
    return Map.copyOf(known);
  }

  /** The issuer of a rotation that is not active, if it is this one. */
  Optional<Issuer> other(Issuer sought) {
    return issuers.other().filter(it -> it.certificate().equals(sought.certificate()));
  }

  /** Whether an operator said that {@code issuer}, or one above it, is not to be used. */
  public boolean isRevoked(Issuer issuer) {
    return issuer.chain().stream().anyMatch(this::isRevoked)
        || roots.of(issuer).map(RootAuthority::certificate).filter(this::isRevoked).isPresent();
  }

  /** As {@link OfferedIssuer#checkAmong}, by what is stored and published here. */
  void checkOffer(OfferedIssuer offered) {
    offered.checkAmong(
        bundle.revoked(), roots.all().stream().map(RootAuthority::certificate).toList());
  }

  boolean isRevoked(X509Certificate certificate) {
    return bundle.revokes(certificate);
  }

  /** The anchors that the phase calls for: that of the active issuer first. */
  static List<X509Certificate> anchors(Roots roots, Roles<Issuer> issuers, Rotation rotation) {
    List<X509Certificate> anchors = new ArrayList<>();
    roots.of(issuers.active()).ifPresent(root -> anchors.add(root.certificate()));
    if (rotation.phase().trustsBoth()) {
      issuers
          .other()
          .flatMap(roots::of)
          .map(RootAuthority::certificate)
          .filter(certificate -> !anchors.contains(certificate))
          .ifPresent(anchors::add);
    }
    return anchors;
  }

  /** Whether roots are kept that no issuer needs, or the last rotation is not noted with them. */
  public boolean isUntidy() {
    return roots.all().size() > 1 || !roots.lastBegun().equals(rotation.id());
  }

  /** Whether what was stored is the same; the bundle is made of it. */
  boolean isSameAs(Authority other) {
    return version.equals(other.version) && bundle.equals(other.bundle);
  }
}

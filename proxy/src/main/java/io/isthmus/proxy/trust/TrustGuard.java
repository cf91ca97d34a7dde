package io.isthmus.proxy.trust;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether what is offered may be put in force. Invariant: no step takes away trust that something
 * alive stands on, be it the own leaf or the last leaf seen of a live peer that may object ({@link
 * Withdrawals}), unless the bundle revokes an authority of it by name. A trust domain that would
 * break it keeps its bundle, without what was revoked; the others move.
 *
 * <p>Peers are judged by their whole chain, as it was sent, not by "is the anchor still there": an
 * authority that was renewed with its key vouches for them too. One chain is verified for each
 * issuer; what differs below it, the leaf's own signature, was verified in the handshake.
 *
 * <p>A trust domain that is not offered any more is no generation but an unlinked peer, somebody's
 * explicit word: it goes. Only the own one cannot go, and counts as a bundle without anchors.
 */
final class TrustGuard {
  private final Optional<Offer> inForce;
  private final Offer offer;
  private final Collection<VerifiedPeer> objectors;
  private final Instant now;
  private final List<Svid> own;

  /** Identity and bundles, in force or to be. */
  record Offer(Svid svid, BundleSet bundles) {
    TrustDomain ownDomain() {
      return svid.id().trustDomain();
    }

    /** Without a bundle of its own a process trusts nobody of its own. */
    TrustBundle ownBundle() {
      return bundles
          .find(ownDomain())
          .orElseGet(
              () -> new TrustBundle(ownDomain(), 0, TrustBundle.DEFAULT_REFRESH_HINT, List.of()));
    }
  }

  /** Bundles that stay out, and why. */
  record Refused(TrustBundle bundle, String reason) {}

  /**
   * What to do.
   *
   * @param taken what to put in force; empty when there is nothing to fall back to and nothing can
   *     be taken
   */
  record Verdict(Optional<Offer> taken, List<Refused> refused) {}

  private TrustGuard(
      Optional<Offer> inForce, Offer offer, Collection<VerifiedPeer> objectors, Instant now) {
    this.inForce = inForce;
    this.offer = offer;
    this.objectors = objectors;
    this.now = now;
    this.own = identities();
  }

  /**
   * @param objectors live peers that are not to be locked out
   */
  static Verdict judge(
      Optional<Offer> inForce, Offer offer, Collection<VerifiedPeer> objectors, Instant now) {
    TrustGuard guard = new TrustGuard(inForce, offer, objectors, now);
    return inForce.map(guard::after).orElseGet(guard::first);
  }

  /** The new one before the old, which serves on while it is valid and the new one cannot. */
  private List<Svid> identities() {
    List<Svid> identities = new ArrayList<>();
    identities.add(offer.svid());
    inForce
        .map(Offer::svid)
        .filter(old -> !old.equals(offer.svid()) && old.id().equals(offer.svid().id()))
        .filter(old -> now.isBefore(old.notAfter()))
        .ifPresent(identities::add);
    return identities;
  }

  private Verdict first() {
    TrustBundle bundle = offer.ownBundle();
    if (anchorOf(offer.svid(), bundle, now).isPresent()) {
      return new Verdict(Optional.of(offer), List.of());
    }
    String reason =
        "own leaf %s has no anchor in it: expected the one that issuer %s chains to"
            .formatted(offer.svid().id(), offer.svid().leaf().getIssuerX500Principal().getName());
    return new Verdict(Optional.empty(), List.of(new Refused(bundle, reason)));
  }

  private Verdict after(Offer old) {
    List<Refused> refused = new ArrayList<>();
    BundleSet bundles = BundleSet.EMPTY;
    BundleSet offered = offer.bundles().with(offer.ownBundle());
    for (TrustBundle next : offered.bundles().values()) {
      Optional<TrustBundle> kept = old.bundles().find(next.trustDomain());
      Optional<String> objection =
          kept.filter(held -> !held.equals(next)).flatMap(held -> objection(held, next));
      bundles = bundles.with(objection.isPresent() ? kept(kept.orElseThrow(), next) : next);
      objection.ifPresent(reason -> refused.add(new Refused(next, reason)));
    }
    TrustBundle ownBundle = bundles.find(offer.ownDomain()).orElseThrow();
    return new Verdict(Optional.of(new Offer(shown(ownBundle), bundles)), refused);
  }

  /** The last good bundle, but for what a refused one revokes: that goes at once, always. */
  private static TrustBundle kept(TrustBundle held, TrustBundle refused) {
    if (held.revoked().containsAll(refused.revoked())) {
      return held;
    }
    return new TrustBundle(
        held.trustDomain(),
        held.sequence(),
        held.refreshHint(),
        held.anchors().stream().filter(anchor -> !refused.revokes(anchor)).toList(),
        Stream.concat(refused.revoked().stream(), held.revoked().stream())
            .distinct()
            .limit(TrustBundle.MAX_REVOKED)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** An identity that the own bundle believes, if there is one. */
  private Svid shown(TrustBundle ownBundle) {
    return own.stream()
        .filter(svid -> anchorOf(svid, ownBundle, now).isPresent())
        .findFirst()
        .orElse(offer.svid());
  }

  private Optional<String> objection(TrustBundle held, TrustBundle next) {
    Optional<String> mine =
        next.trustDomain().equals(offer.ownDomain()) ? ownObjection(held, next) : Optional.empty();
    return mine.or(() -> peersObjection(held, next));
  }

  private Optional<String> ownObjection(TrustBundle held, TrustBundle next) {
    if (own.stream().anyMatch(svid -> anchorOf(svid, next, now).isPresent())) {
      return Optional.empty();
    }
    return own.stream()
        .filter(svid -> !next.revokesAnyOf(svid.chain()))
        .flatMap(svid -> anchorOf(svid, held, now).stream())
        .filter(anchor -> !next.revokes(anchor))
        .findFirst()
        .map(anchor ->
            "own leaf %s would be locked out: it needs anchor %s"
                .formatted(offer.svid().id(), Fingerprint.of(anchor)));
  }

  private Optional<String> peersObjection(TrustBundle held, TrustBundle next) {
    Judgement before = new Judgement(held);
    Judgement after = new Judgement(next);
    List<VerifiedPeer> lockedOut =
        objectors.stream()
            .filter(peer -> peer.id().trustDomain().equals(next.trustDomain()))
            .filter(peer -> !next.revokes(peer))
            .filter(peer -> !after.believes(peer) && before.believes(peer))
            .toList();
    return lockedOut.stream()
        .findFirst()
        .map(one ->
            "%d live peers would be locked out, %s among them: it needs anchor %s"
                .formatted(lockedOut.size(), one.id(), Fingerprint.of(one.anchor())));
  }

  /** Peers held against one bundle. */
  private final class Judgement {
    private final TrustBundle bundle;
    private final Map<Issuers, Boolean> verified = new HashMap<>();

    private record Issuers(List<X509Certificate> intermediates, X509Certificate anchor) {}

    Judgement(TrustBundle bundle) {
      this.bundle = bundle;
    }

    boolean believes(VerifiedPeer peer) {
      if (bundle.revokes(peer)) {
        return false;
      }
      return bundle.anchors().contains(peer.anchor())
          || verified.computeIfAbsent(
              new Issuers(peer.chain().subList(1, peer.chain().size()), peer.anchor()),
              issuers -> anchorOf(peer.id().trustDomain(), peer.chain(), bundle, now).isPresent());
    }
  }

  /**
   * The anchor that {@code bundle} has for the leaf. That the leaf has expired, or is not valid
   * yet, is no bundle's fault: it is held against the bundle at a time of its own.
   */
  static Optional<X509Certificate> anchorOf(Svid svid, TrustBundle bundle, Instant now) {
    Instant at = now.isAfter(svid.notAfter()) ? svid.notAfter() : now;
    return anchorOf(
        svid.id().trustDomain(),
        svid.chain(),
        bundle,
        at.isBefore(svid.notBefore()) ? svid.notBefore() : at);
  }

  private static Optional<X509Certificate> anchorOf(
      TrustDomain trustDomain, List<X509Certificate> chain, TrustBundle bundle, Instant at) {
    try {
      return Optional.of(
          new PeerVerifier(BundleSet.of(bundle), () -> at)
              .verifyClient(chain, ExpectedPeer.AnyOf.of(trustDomain))
              .anchor());
    } catch (PeerRejectedException e) {
      return Optional.empty();
    }
  }
}

package io.isthmus.proxy.trust;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Anchors that are in force and are offered no more, and who may object. That is who was there when
 * the anchor was first missing, by its chain, while a connection of it is open: a chain that shows
 * up later proves nothing, since its trust domain has said by then what it stands on. And no longer
 * than its leaf is valid, {@link #LONGEST} at most: by then every honest peer has renewed. So
 * whoever keeps a connection open, or a domain that offers one bundle after the other, cannot keep
 * an anchor in force that was withdrawn. Guarded by its owner's lock.
 */
final class Withdrawals {
  /** As long as a leaf of ours lives. */
  static final Duration LONGEST = Duration.ofHours(24);

  private final Map<Key, Withdrawal> known = new HashMap<>();

  private record Key(TrustDomain trustDomain, X509Certificate anchor) {}

  /** Guarded as the map that it is in. */
  private static final class Withdrawal {
    private final Instant since;
    private final Set<VerifiedPeer> standing;
    private boolean recalled;

    Withdrawal(Instant since, Set<VerifiedPeer> standing) {
      this.since = since;
      this.standing = standing;
    }

    boolean hears(VerifiedPeer peer, Instant now) {
      return standing.contains(peer)
          && now.isBefore(peer.notAfter())
          && now.isBefore(since.plus(LONGEST));
    }
  }

  /** What is offered now, against what is in force. */
  void update(BundleSet inForce, BundleSet offered, Set<VerifiedPeer> live, Instant now) {
    Set<Key> missing = new HashSet<>();
    for (TrustBundle held : inForce.bundles().values()) {
      Optional<TrustBundle> next = offered.find(held.trustDomain());
      held.anchors().stream()
          .filter(anchor -> next.isPresent() && !next.get().anchors().contains(anchor))
          .map(anchor -> new Key(held.trustDomain(), anchor))
          .forEach(missing::add);
    }
    known.keySet().retainAll(missing);
    for (Key key : missing) {
      known.computeIfAbsent(
          key,
          _ ->
              new Withdrawal(
                  now, standing(key, inForce.find(key.trustDomain()).orElseThrow(), live)));
    }
  }

  /** On this anchor, or on one that has gone since in favour of it, as a renewal with its key. */
  private static Set<VerifiedPeer> standing(Key key, TrustBundle held, Set<VerifiedPeer> live) {
    return live.stream()
        .filter(peer -> peer.id().trustDomain().equals(key.trustDomain()))
        .filter(
            peer -> peer.anchor().equals(key.anchor()) || !held.anchors().contains(peer.anchor()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Those of {@code live} that may object. */
  Set<VerifiedPeer> objectors(Set<VerifiedPeer> live, Instant now) {
    return live.stream()
        .filter(peer -> known.values().stream().anyMatch(each -> each.hears(peer, now)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Who has to be asked to come back on what it has today, each withdrawal once. */
  Set<VerifiedPeer> recalled(TrustDomain refused) {
    Set<VerifiedPeer> peers = new HashSet<>();
    known.forEach((key, withdrawal) -> {
      if (key.trustDomain().equals(refused) && !withdrawal.recalled) {
        withdrawal.recalled = true;
        peers.addAll(withdrawal.standing);
      }
    });
    return peers;
  }
}

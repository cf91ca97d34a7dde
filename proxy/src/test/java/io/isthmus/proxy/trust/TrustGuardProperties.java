package io.isthmus.proxy.trust;

import static io.isthmus.proxy.trust.Rotation.EAST;
import static io.isthmus.proxy.trust.Rotation.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.trust.TrustGuard.Offer;
import io.isthmus.proxy.trust.TrustGuard.Verdict;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TrustGuardProperties {
  private static final int ROOTS = 4;
  private static final List<TestCa> CAS =
      IntStream.range(0, ROOTS).mapToObj(i -> TestCa.create("west.demo")).toList();
  private static final List<Svid> LEAVES = CAS.stream().map(Rotation::own).toList();
  private static final List<VerifiedPeer> PEERS =
      CAS.stream().map(ca -> Rotation.peer(ca, "hello")).toList();
  private static final Instant NOW = Instant.now();

  @Property(tries = 200)
  void noSequenceOfBundlesLeavesALeafOrAPeerOutsideUnlessRevoked(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 15) Integer> anchors,
      @ForAll @Size(12) List<@IntRange(max = 15) Integer> revocations,
      @ForAll @Size(12) List<@IntRange(max = ROOTS - 1) Integer> leaves,
      @ForAll @Size(12) List<@IntRange(max = 15) Integer> connected) {
    Offer inForce = new Offer(LEAVES.getFirst(), Rotation.set(bundle(0, 1, 0)));
    Set<String> everRevoked = new HashSet<>();
    for (int step = 0; step < anchors.size(); step++) {
      // revocations are rare: else nothing would be left to guard
      int revoked = step % 4 == 3 ? revocations.get(step) & ~anchors.get(step) : 0;
      TrustBundle next = bundle(step + 1, anchors.get(step), revoked);
      everRevoked.addAll(next.revoked());
      Svid leaf = LEAVES.get(leaves.get(step));
      List<VerifiedPeer> live = connectedOf(connected.get(step), inForce);
      Verdict verdict =
          TrustGuard.judge(Optional.of(inForce), new Offer(leaf, Rotation.set(next)), live, NOW);
      Offer taken = verdict.taken().orElseThrow();
      TrustBundle enforced = taken.ownBundle();
      assertThat(enforced.anchors()).as("revoked").noneMatch(next::revokes);
      assertThat(believes(enforced, taken.svid()) || !everRevoked.isEmpty())
          .as("own leaf after step %d", step)
          .isTrue();
      if (believes(inForce.ownBundle(), inForce.svid()) && revoked == 0) {
        assertThat(believes(enforced, taken.svid())).as("own leaf kept, step %d", step).isTrue();
      }
      assertThat(live)
          .as("live peers after step %d", step)
          .allMatch(
              peer -> enforced.anchors().contains(peer.anchor()) || next.revokes(peer.anchor()));
      if (verdict.refused().isEmpty()) {
        assertThat(enforced).isEqualTo(next);
      }
      inForce = taken;
    }
  }

  @Property(tries = 100)
  void whatIsTakenOnceIsTakenAgain(
      @ForAll @IntRange(max = 15) int anchors, @ForAll @IntRange(max = 15) int connected) {
    Offer inForce = new Offer(LEAVES.getFirst(), Rotation.set(bundle(1, 15, 0)));
    Offer offer = new Offer(LEAVES.getFirst(), Rotation.set(bundle(2, anchors, 0), EAST.bundle()));
    List<VerifiedPeer> live = connectedOf(connected, inForce);
    Offer first = TrustGuard.judge(Optional.of(inForce), offer, live, NOW).taken().orElseThrow();
    Offer again = TrustGuard.judge(Optional.of(first), offer, live, NOW).taken().orElseThrow();
    assertThat(again).isEqualTo(first);
  }

  private static boolean believes(TrustBundle bundle, Svid leaf) {
    return TrustGuard.anchorOf(leaf, bundle, NOW).isPresent();
  }

  /** Peers can only be connected that were believed. */
  private static List<VerifiedPeer> connectedOf(int bits, Offer inForce) {
    return ofBits(bits).stream()
        .map(PEERS::get)
        .filter(peer -> inForce.ownBundle().anchors().contains(peer.anchor()))
        .toList();
  }

  private static TrustBundle bundle(long sequence, int anchors, int revoked) {
    return new TrustBundle(
        WEST,
        sequence,
        TrustBundle.DEFAULT_REFRESH_HINT,
        ofBits(anchors).stream().map(TrustGuardProperties::root).toList(),
        Set.copyOf(ofBits(revoked).stream().map(i -> Fingerprint.of(root(i))).toList()));
  }

  private static X509Certificate root(int i) {
    return CAS.get(i).root().certificate();
  }

  private static List<Integer> ofBits(int bits) {
    return IntStream.range(0, ROOTS).filter(i -> (bits >> i & 1) == 1).boxed().toList();
  }
}

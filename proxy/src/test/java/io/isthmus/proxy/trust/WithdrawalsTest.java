package io.isthmus.proxy.trust;

import static io.isthmus.proxy.trust.Rotation.EAST;
import static io.isthmus.proxy.trust.Rotation.EAST_NEW;
import static io.isthmus.proxy.trust.Rotation.OLD;
import static io.isthmus.proxy.trust.Rotation.bundle;
import static io.isthmus.proxy.trust.Rotation.peer;
import static io.isthmus.proxy.trust.Rotation.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WithdrawalsTest {
  private static final Instant NOW = Instant.now();

  private final Withdrawals withdrawals = new Withdrawals();
  private final BundleSet inForce = set(bundle(1, OLD), bundle(1, EAST));
  private final VerifiedPeer pay = peer(EAST, "pay");

  private void offered(long sequence, TestCa east, Instant now, VerifiedPeer... live) {
    withdrawals.update(inForce, set(bundle(1, OLD), bundle(sequence, east)), Set.of(live), now);
  }

  private static VerifiedPeer longLived(String account) {
    var svid = EAST.svid(EAST.id("shop", account), Duration.ofDays(300));
    return new VerifiedPeer(svid.id(), svid.chain(), EAST.root().certificate(), svid.notAfter());
  }

  @Test
  void whoWasThereMayObjectAndWhoCameLaterMayNot() {
    offered(2, EAST_NEW, NOW, pay);
    VerifiedPeer late = peer(EAST, "late");
    assertThat(withdrawals.objectors(Set.of(pay, late), NOW)).containsExactly(pay);
    offered(2, EAST_NEW, NOW.plusSeconds(3), pay, late);
    assertThat(withdrawals.objectors(Set.of(pay, late), NOW.plusSeconds(3))).containsExactly(pay);
    assertThat(withdrawals.objectors(Set.of(late), NOW)).as("one that has gone").isEmpty();
  }

  @Test
  void anObjectionEndsWithTheLeaf() {
    offered(2, EAST_NEW, NOW, pay);
    assertThat(withdrawals.objectors(Set.of(pay), pay.notAfter().minusSeconds(1))).hasSize(1);
    assertThat(withdrawals.objectors(Set.of(pay), pay.notAfter())).isEmpty();
  }

  @Test
  void anObjectionOnALongLivedLeafEndsAfterADayWhateverIsOfferedMeanwhile() {
    VerifiedPeer stays = longLived("stays");
    for (int hour = 0; hour <= 24; hour++) {
      Instant now = NOW.plus(Duration.ofHours(hour));
      offered(2 + hour, EAST_NEW, now, stays);
      assertThat(withdrawals.objectors(Set.of(stays), now))
          .as("hour %d", hour)
          .hasSize(hour < 24 ? 1 : 0);
    }
  }

  @Test
  void anAnchorThatIsOfferedAgainIsForgotten() {
    VerifiedPeer stays = longLived("stays");
    offered(2, EAST_NEW, NOW, stays);
    offered(3, EAST, NOW.plusSeconds(60), stays);
    assertThat(withdrawals.objectors(Set.of(stays), NOW.plusSeconds(60))).isEmpty();
    Instant later = NOW.plus(Duration.ofHours(30));
    offered(4, EAST_NEW, later, stays);
    assertThat(withdrawals.objectors(Set.of(stays), later)).hasSize(1);
  }

  @Test
  void whoObjectsIsRecalledOnce() {
    VerifiedPeer own = peer(OLD, "hello");
    offered(2, EAST_NEW, NOW, pay, own);
    assertThat(withdrawals.recalled(OLD.trustDomain())).isEmpty();
    assertThat(withdrawals.recalled(EAST.trustDomain())).containsExactly(pay);
    assertThat(withdrawals.recalled(EAST.trustDomain())).isEmpty();
  }

  @Test
  void aPeerOfAnAnchorThatWasRenewedWithItsKeyStandsOnTheRenewal() {
    VerifiedPeer former = peer(EAST_NEW, "former"); // whose anchor is in force no more
    offered(2, TestCa.create("east.demo"), NOW, former);
    assertThat(withdrawals.objectors(Set.of(former), NOW)).containsExactly(former);
  }
}

package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.TestCa;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PeerVerifierTest {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-01T12:00:00Z"));
  final TestCa west = TestCa.create("west.demo", CLOCK);

  @Test
  void believesALeafOfItsOwnTrustDomain() throws Exception {
    Svid web = west.svid("shop", "web");
    PeerVerifier verifier = TestCa.verifier(CLOCK, west);
    VerifiedPeer peer =
        verifier.verifyClient(web.chain(), ExpectedPeer.AnyOf.of(west.trustDomain()));
    assertThat(peer.id()).isEqualTo(SpiffeId.parse("spiffe://west.demo/ns/shop/sa/web"));
    assertThat(peer.anchor()).isEqualTo(west.root().certificate());
    assertThat(peer.notAfter()).isEqualTo(web.notAfter());
  }
}

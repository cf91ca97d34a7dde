package io.isthmus.certs;

import static io.isthmus.certs.Verification.ANY_OF_WEST;
import static io.isthmus.certs.Verification.CLOCK;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.leaf;
import static io.isthmus.certs.Verification.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Roles, expectations, and what is remembered between two verifications. */
class PeerVerifierTest {
  final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  final PeerVerifier verifier = TestCa.verifier(now::get, WEST);
  final Svid web = WEST.svid("shop", "web");

  static List<X509Certificate> parsedAgain(List<X509Certificate> chain) throws Exception {
    List<X509Certificate> copies = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      copies.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
    }
    return copies;
  }

  @Test
  void saysWhoThePeerIsAndUntilWhen() throws Exception {
    VerifiedPeer peer = verifier.verifyClient(web.chain(), ANY_OF_WEST);
    assertThat(peer)
        .isEqualTo(new VerifiedPeer(WEB, web.chain(), WEST.root().certificate(), web.notAfter()));
  }

  @Test
  void aLeafUnderARevokedIssuerIsRejectedAlthoughItsRootStays() throws Exception {
    TrustBundle plain = WEST.bundle();
    TestCa other = WEST.withNewIssuer();
    PeerVerifier revoking =
        new PeerVerifier(
            BundleSet.of(
                new TrustBundle(
                    plain.trustDomain(),
                    2,
                    plain.refreshHint(),
                    plain.anchors(),
                    Set.of(Fingerprint.of(WEST.issuer().certificate())))),
            now::get);
    for (int i = 0; i < 2; i++) { // what is remembered would be believed the second time
      assertThat(reason(() -> revoking.verifyClient(web.chain(), ANY_OF_WEST)))
          .isEqualTo(RejectReason.REVOKED);
      assertThat(reason(() -> revoking.verifyServer(web.chain(), ANY_OF_WEST)))
          .isEqualTo(RejectReason.REVOKED);
    }
    Svid clean = other.svid("shop", "web");
    now.set(Instant.now()); // its issuer was made just now
    assertThat(revoking.verifyClient(clean.chain(), ANY_OF_WEST).id()).isEqualTo(WEB);
  }

  @Test
  void remembersAChainByItsBytes() throws Exception {
    VerifiedPeer first = verifier.verifyClient(web.chain(), ANY_OF_WEST);
    assertThat(verifier.verifyServer(parsedAgain(web.chain()), ANY_OF_WEST)).isSameAs(first);
  }

  @Test
  void expectationsAreCheckedOnAChainThatIsRemembered() throws Exception {
    verifier.verifyClient(web.chain(), ANY_OF_WEST);
    assertThat(
            reason(() ->
                verifier.verifyClient(web.chain(), ExpectedPeer.Exact.of(WEST.id("shop", "pay")))))
        .isEqualTo(RejectReason.UNEXPECTED_ID);
  }

  @Test
  void aRememberedChainIsForgottenWhenItEnds() throws Exception {
    verifier.verifyClient(web.chain(), ANY_OF_WEST);
    now.set(web.notAfter());
    verifier.verifyClient(web.chain(), ANY_OF_WEST);
    now.set(web.notAfter().plusMillis(1));
    assertThat(reason(() -> verifier.verifyClient(web.chain(), ANY_OF_WEST)))
        .isEqualTo(RejectReason.EXPIRED);
  }

  @Test
  void aRememberedChainIsRefusedWhenTheClockGoesBackBeforeItsStart() throws Exception {
    verifier.verifyClient(web.chain(), ANY_OF_WEST);
    now.set(web.notBefore().minusSeconds(1));
    assertThat(reason(() -> verifier.verifyClient(web.chain(), ANY_OF_WEST)))
        .isEqualTo(RejectReason.NOT_YET_VALID);
  }

  @Test
  void endsWithTheFirstOfLeafIntermediateAndAnchor() throws Exception {
    Made issuer =
        Verification.authority("x").valid(NOW, NOW.plusSeconds(60)).signedBy(Verification.ROOT);
    assertThat(verifier.verifyClient(leaf().signedBy(issuer).chain(issuer), ANY_OF_WEST).notAfter())
        .isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void aChainWithTheSameLeafButOtherIntermediatesIsLookedAtAgain() throws Exception {
    verifier.verifyClient(web.chain(), ANY_OF_WEST);
    assertThat(reason(() -> verifier.verifyClient(web.chain().subList(0, 1), ANY_OF_WEST)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void whatIsRememberedIsBounded() throws Exception {
    ChainCache cache = new ChainCache();
    VerifiedPeer peer = verifier.verifyClient(web.chain(), ANY_OF_WEST);
    for (int i = 0; i < 3 * ChainCache.CAPACITY; i++) {
      byte[] distinct = {(byte) i, (byte) (i >> 8)};
      cache.put(ChainCache.key(List.of(distinct)), peer, web.chain());
      assertThat(cache.size()).isLessThanOrEqualTo(ChainCache.CAPACITY);
    }
  }

  @Test
  void keysTellApartListsOfTheSameBytes() {
    assertThat(ChainCache.key(List.of(new byte[] {1, 2}, new byte[] {3})))
        .isNotEqualTo(ChainCache.key(List.of(new byte[] {1}, new byte[] {2, 3})));
  }

  @Test
  void certificatesThatThrowAreRefused() {
    X509Certificate broken = new BrokenCertificate(web.leaf());
    assertThat(reason(() -> verifier.verifyClient(List.of(broken), ANY_OF_WEST)))
        .isEqualTo(RejectReason.UNREADABLE_CERTIFICATE);
  }

  @Test
  void exactAcceptsTheListedIdsOnly() {
    ExpectedPeer expected = new ExpectedPeer.Exact(Set.of(WEB, WEST.id("shop", "pay")));
    assertThat(expected.accepts(WEB)).isTrue();
    assertThat(expected.accepts(WEST.id("shop", "we"))).isFalse();
    assertThat(expected.accepts(WEST.trustDomain().id())).isFalse();
    assertThat(new ExpectedPeer.Exact(Set.of()).accepts(WEB)).isFalse();
  }

  @Test
  void inNamespaceAcceptsAnyServiceAccountOfThatNamespaceAndTrustDomain() {
    ExpectedPeer expected = new ExpectedPeer.InNamespace(WEST.trustDomain(), "shop");
    assertThat(expected.accepts(WEB)).isTrue();
    assertThat(expected.accepts(WEST.id("shopping", "web"))).isFalse();
    assertThat(expected.accepts(SpiffeId.parse("spiffe://east.demo/ns/shop/sa/web"))).isFalse();
    assertThat(expected.accepts(SpiffeId.parse("spiffe://west.demo/ns/shop/sa/web/x"))).isFalse();
    assertThat(expected.accepts(SpiffeId.parse("spiffe://west.demo/ns/shop"))).isFalse();
  }

  @Test
  void anyOfAcceptsTheListedTrustDomainsOnly() {
    assertThat(ANY_OF_WEST.accepts(WEB)).isTrue();
    assertThat(ANY_OF_WEST.accepts(SpiffeId.parse("spiffe://west.demo.evil/ns/shop/sa/web")))
        .isFalse();
    assertThat(new ExpectedPeer.AnyOf(Set.of()).accepts(WEB)).isFalse();
  }

  @Test
  void theMessageNamesThePeerAndWhatWasExpected() {
    ExpectedPeer gateway = ExpectedPeer.Exact.of(WEST.id("isthmus-system", "isthmus-gateway"));
    assertThatThrownBy(
            () -> new PeerVerifier(verifier.bundles(), CLOCK).verifyServer(web.chain(), gateway))
        .hasMessage(
            "server is spiffe://west.demo/ns/shop/sa/web: expected"
                + " spiffe://west.demo/ns/isthmus-system/sa/isthmus-gateway");
  }
}

package io.isthmus.proxy.trust;

import static io.isthmus.proxy.trust.Rotation.EAST;
import static io.isthmus.proxy.trust.Rotation.EAST_NEW;
import static io.isthmus.proxy.trust.Rotation.NEW;
import static io.isthmus.proxy.trust.Rotation.OLD;
import static io.isthmus.proxy.trust.Rotation.WEST;
import static io.isthmus.proxy.trust.Rotation.anchor;
import static io.isthmus.proxy.trust.Rotation.bundle;
import static io.isthmus.proxy.trust.Rotation.empty;
import static io.isthmus.proxy.trust.Rotation.own;
import static io.isthmus.proxy.trust.Rotation.peer;
import static io.isthmus.proxy.trust.Rotation.revoking;
import static io.isthmus.proxy.trust.Rotation.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.trust.TrustGuard.Offer;
import io.isthmus.proxy.trust.TrustGuard.Refused;
import io.isthmus.proxy.trust.TrustGuard.Verdict;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustGuardTest {
  private static final Instant NOW = Instant.now();

  private final Svid web = own(OLD);
  private final Offer steady = new Offer(web, set(bundle(1, OLD), bundle(1, EAST)));

  private static Verdict after(Offer inForce, Offer offer, VerifiedPeer... live) {
    return TrustGuard.judge(Optional.of(inForce), offer, List.of(live), NOW);
  }

  private Verdict offered(BundleSet bundles, VerifiedPeer... live) {
    return after(steady, new Offer(web, bundles), live);
  }

  private static TrustBundle inForce(Verdict verdict, TrustDomain domain) {
    return verdict.taken().orElseThrow().bundles().find(domain).orElseThrow();
  }

  private static String reason(Verdict verdict) {
    assertThat(verdict.refused()).hasSize(1);
    return verdict.refused().getFirst().reason();
  }

  @Test
  void addingAnAnchorIsTaken() {
    Verdict verdict = offered(set(bundle(2, OLD, NEW), bundle(1, EAST)), peer(OLD, "hello"));
    assertThat(verdict.refused()).isEmpty();
    assertThat(inForce(verdict, WEST)).isEqualTo(bundle(2, OLD, NEW));
  }

  @Test
  void aBundleThatLocksTheOwnLeafOutStaysOutAndNamesTheAnchor() {
    Verdict verdict = offered(set(bundle(2, NEW), bundle(1, EAST)));
    assertThat(inForce(verdict, WEST)).isEqualTo(bundle(1, OLD));
    assertThat(verdict.refused().getFirst().bundle()).isEqualTo(bundle(2, NEW));
    assertThat(reason(verdict))
        .isEqualTo(
            "own leaf spiffe://west.demo/ns/shop/sa/web would be locked out: it needs anchor "
                + anchor(OLD));
  }

  @Test
  void aBundleThatLocksLivePeersOutStaysOutAndCountsThem() {
    Offer renewed = new Offer(own(NEW), set(bundle(1, OLD, NEW)));
    Verdict verdict =
        after(
            renewed,
            new Offer(renewed.svid(), set(bundle(2, NEW))),
            peer(OLD, "hello"),
            peer(OLD, "hello"),
            peer(NEW, "hello"));
    assertThat(inForce(verdict, WEST)).isEqualTo(bundle(1, OLD, NEW));
    assertThat(reason(verdict))
        .startsWith("2 live peers would be locked out, spiffe://west.demo/ns/shop/sa/hello among")
        .endsWith("it needs anchor " + anchor(OLD));
  }

  @Test
  void whenThePeerHasGoneTheGenerationIsTaken() {
    Offer renewed = new Offer(own(NEW), set(bundle(1, OLD, NEW)));
    Verdict verdict = after(renewed, new Offer(renewed.svid(), set(bundle(2, NEW))));
    assertThat(verdict.refused()).isEmpty();
    assertThat(inForce(verdict, WEST)).isEqualTo(bundle(2, NEW));
  }

  @Test
  void otherTrustDomainsMoveOnAlthoughOneIsRefused() {
    Verdict verdict = offered(set(bundle(2, NEW), bundle(2, EAST_NEW)));
    assertThat(inForce(verdict, WEST)).isEqualTo(bundle(1, OLD));
    assertThat(inForce(verdict, EAST.trustDomain())).isEqualTo(bundle(2, EAST_NEW));
    Verdict peers = offered(set(bundle(2, OLD, NEW), bundle(2, EAST_NEW)), peer(EAST, "pay"));
    assertThat(inForce(peers, WEST)).isEqualTo(bundle(2, OLD, NEW));
    assertThat(inForce(peers, EAST.trustDomain())).isEqualTo(bundle(1, EAST));
    assertThat(reason(peers)).contains("1 live peers", "spiffe://east.demo/ns/shop/sa/pay");
  }

  @Test
  void whatIsRevokedGoesAtOnceWhoeverStandsOnIt() {
    TrustBundle revoked = revoking(bundle(2, NEW), OLD);
    Verdict verdict = offered(set(revoked, bundle(1, EAST)), peer(OLD, "hello"));
    assertThat(verdict.refused()).isEmpty();
    assertThat(inForce(verdict, WEST)).isEqualTo(revoked);
  }

  @Test
  void aRefusedBundleStillTakesAwayWhatItRevokes() {
    Offer renewed = new Offer(own(NEW), set(bundle(1, OLD, NEW)));
    TrustBundle wrong = revoking(bundle(2, EAST_NEW), OLD); // forgets the new root
    TrustBundle west =
        new TrustBundle(WEST, 2, wrong.refreshHint(), wrong.anchors(), wrong.revoked());
    Verdict verdict = after(renewed, new Offer(renewed.svid(), set(west)));
    assertThat(reason(verdict)).contains(anchor(NEW));
    assertThat(inForce(verdict, WEST)).isEqualTo(revoking(bundle(1, NEW), OLD));
    Offer left = verdict.taken().orElseThrow();
    assertThat(after(left, new Offer(left.svid(), set(west))).taken())
        .as("looked at again")
        .contains(left);
  }

  @Test
  void anEmptyBundleIsRefusedWhileSomebodyStandsOnIt() {
    Verdict own = offered(set(empty(OLD, 2), bundle(1, EAST)));
    assertThat(inForce(own, WEST)).isEqualTo(bundle(1, OLD));
    Verdict peers = offered(set(bundle(1, OLD), empty(EAST, 2)), peer(EAST, "pay"));
    assertThat(inForce(peers, EAST.trustDomain())).isEqualTo(bundle(1, EAST));
    Verdict nobody = offered(set(bundle(1, OLD), empty(EAST, 2)));
    assertThat(inForce(nobody, EAST.trustDomain())).isEqualTo(empty(EAST, 2));
    Verdict marked = offered(set(revoking(empty(OLD, 2), OLD), bundle(1, EAST)));
    assertThat(inForce(marked, WEST).anchors()).isEmpty();
  }

  @Test
  void theOwnTrustDomainCannotVanishAndAnUnlinkedOneCan() {
    Verdict verdict = offered(BundleSet.EMPTY, peer(EAST, "pay"));
    assertThat(verdict.taken().orElseThrow().bundles()).isEqualTo(set(bundle(1, OLD)));
    assertThat(verdict.refused()).extracting(refused -> refused.bundle().sequence()).contains(0L);
  }

  @Test
  void aPeerWhoseAuthorityWasRenewedWithItsKeyIsNotLockedOut() {
    Made root = Made.of(OLD.root());
    X509Certificate renewal =
        CertificateRecipe.authority("replaced below", NOW)
            .subject("O=Isthmus,CN=west.demo root")
            .key(new KeyPair(root.certificate().getPublicKey(), root.privateKey()))
            .selfSigned()
            .certificate();
    TrustBundle renewed =
        new TrustBundle(WEST, 2, TrustBundle.DEFAULT_REFRESH_HINT, List.of(renewal));
    Verdict verdict = offered(set(renewed, bundle(1, EAST)), peer(OLD, "hello"));
    assertThat(verdict.refused()).isEmpty();
    assertThat(inForce(verdict, WEST)).isEqualTo(renewed);
  }

  @Test
  void theFirstGenerationNeedsAnAnchorForTheOwnLeaf() {
    Verdict wrong =
        TrustGuard.judge(Optional.empty(), new Offer(web, set(bundle(1, NEW))), List.of(), NOW);
    assertThat(wrong.taken()).isEmpty();
    assertThat(reason(wrong)).contains("spiffe://west.demo/ns/shop/sa/web", "west.demo issuer");
    Verdict none =
        TrustGuard.judge(Optional.empty(), new Offer(web, BundleSet.EMPTY), List.of(), NOW);
    assertThat(none.taken()).isEmpty();
    assertThat(TrustGuard.judge(Optional.empty(), steady, List.of(), NOW).taken()).contains(steady);
  }

  @Test
  void aCertificateThatTheBundleDoesNotKnowYetWaitsForIt() {
    Svid early = own(NEW);
    Verdict waits = after(steady, new Offer(early, steady.bundles()));
    assertThat(waits.taken().orElseThrow().svid()).isEqualTo(web);
    Verdict known = after(steady, new Offer(early, set(bundle(2, OLD, NEW), bundle(1, EAST))));
    assertThat(known.taken().orElseThrow().svid()).isEqualTo(early);
    Verdict together = after(steady, new Offer(early, set(bundle(2, NEW), bundle(1, EAST))));
    assertThat(together.refused()).isEmpty();
    assertThat(together.taken().orElseThrow().svid()).isEqualTo(early);
  }

  @Test
  void anExpiredCertificateIsNoReasonToRefuseAndDoesNotServeOn() {
    Svid brief = OLD.svid(OLD.id("shop", "web"), Duration.ofMinutes(1));
    Instant later = brief.notAfter().plusSeconds(60);
    Offer expired = new Offer(brief, set(bundle(1, OLD)));
    Verdict grown =
        TrustGuard.judge(
            Optional.of(expired), new Offer(brief, set(bundle(2, OLD, NEW))), List.of(), later);
    assertThat(grown.refused()).isEmpty();
    Svid early = own(NEW);
    Verdict replaced =
        TrustGuard.judge(
            Optional.of(expired), new Offer(early, set(bundle(1, OLD))), List.of(), later);
    assertThat(replaced.taken().orElseThrow().svid()).isEqualTo(early);
  }

  @Test
  void aPeerThatIsBeingCutAlreadyHoldsNothingUp() {
    Offer revoked = new Offer(own(NEW), set(revoking(bundle(2, NEW), OLD)));
    Verdict verdict =
        after(
            revoked,
            new Offer(revoked.svid(), set(bundle(3, NEW, TestCa.create("west.demo")))),
            peer(OLD, "hello"));
    assertThat(verdict.refused()).extracting(Refused::reason).isEmpty();
  }

  private static TrustBundle revokingIssuer(TrustBundle bundle, TestCa of) {
    return new TrustBundle(
        bundle.trustDomain(),
        bundle.sequence(),
        bundle.refreshHint(),
        bundle.anchors(),
        Set.of(Fingerprint.of(of.issuer().certificate())));
  }

  @Test
  void revokingAnIssuerIsTakenAlthoughTheOwnLeafAndPeersAreUnderIt() {
    TrustBundle revoked = revokingIssuer(bundle(2, OLD), OLD);
    Verdict verdict = offered(set(revoked, bundle(1, EAST)), peer(OLD, "hello"));
    assertThat(verdict.refused()).isEmpty();
    assertThat(inForce(verdict, WEST)).isEqualTo(revoked);
    Offer left = verdict.taken().orElseThrow();
    Verdict grown =
        after(
            left,
            new Offer(left.svid(), set(revokingIssuer(bundle(3, OLD, NEW), OLD), bundle(1, EAST))),
            peer(OLD, "hello"));
    assertThat(grown.refused()).as("who is being cut holds nothing up").isEmpty();
  }

  @Test
  void aRefusedBundleStillRevokesTheIssuerThatItNames() {
    TestCa renewed = OLD.withNewIssuer();
    Offer now = new Offer(own(renewed), set(bundle(1, OLD)));
    TrustBundle wrong = revokingIssuer(bundle(2, NEW), OLD); // forgets the root
    Verdict verdict = after(now, new Offer(now.svid(), set(wrong)));
    assertThat(reason(verdict)).contains(anchor(OLD));
    assertThat(inForce(verdict, WEST)).isEqualTo(revokingIssuer(bundle(1, OLD), OLD));
    Offer left = verdict.taken().orElseThrow();
    assertThat(after(left, new Offer(left.svid(), set(wrong))).taken())
        .as("looked at again")
        .contains(left);
  }
}

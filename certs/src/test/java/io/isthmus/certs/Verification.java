package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** One trust domain, west.demo, and how verification of a chain in it ends. */
final class Verification {
  static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final TestCa WEST = TestCa.create("west.demo", CLOCK);
  static final Made ROOT = Made.of(WEST.root());
  static final Made ISSUER = Made.of(WEST.issuer());
  static final SpiffeId WEB = WEST.id("shop", "web");
  static final ExpectedPeer ANY_OF_WEST = ExpectedPeer.AnyOf.of(WEST.trustDomain());

  private Verification() {}

  /** A good leaf of shop/web, to be spoiled. */
  static CertificateRecipe leaf() {
    return CertificateRecipe.leaf(WEB, NOW);
  }

  static CertificateRecipe authority(String name) {
    return CertificateRecipe.authority(name, NOW);
  }

  /** Signed by west's issuer and verified in both roles, which must end alike. */
  static RejectReason rejected(CertificateRecipe leaf) {
    return rejected(leaf.signedBy(ISSUER).chain(ISSUER));
  }

  static RejectReason rejected(List<X509Certificate> chain) {
    return rejected(BundleSet.of(WEST.bundle()), chain);
  }

  static RejectReason rejected(BundleSet bundles, List<X509Certificate> chain) {
    PeerVerifier verifier = new PeerVerifier(bundles, CLOCK);
    RejectReason asClient = reason(() -> verifier.verifyClient(chain, ANY_OF_WEST));
    RejectReason asServer = reason(() -> verifier.verifyServer(chain, ANY_OF_WEST));
    assertThat(asServer).as("as server").isEqualTo(asClient);
    return asClient;
  }

  interface Attempt {
    VerifiedPeer run() throws PeerRejectedException;
  }

  static RejectReason reason(Attempt attempt) {
    Throwable thrown = catchThrowable(attempt::run);
    assertThat(thrown).as("verification").isInstanceOf(PeerRejectedException.class);
    assertThat(thrown).hasMessageMatching("(?s)[\\x20-\\x7e]+");
    return ((PeerRejectedException) thrown).reason();
  }

  static VerifiedPeer accepted(CertificateRecipe leaf) throws PeerRejectedException {
    return accepted(BundleSet.of(WEST.bundle()), leaf.signedBy(ISSUER).chain(ISSUER));
  }

  static VerifiedPeer accepted(BundleSet bundles, List<X509Certificate> chain)
      throws PeerRejectedException {
    PeerVerifier verifier = new PeerVerifier(bundles, CLOCK);
    ExpectedPeer anyone = new ExpectedPeer.AnyOf(bundles.trustDomains());
    VerifiedPeer peer = verifier.verifyClient(chain, anyone);
    assertThat(verifier.verifyServer(chain, anyone)).isEqualTo(peer);
    return peer;
  }

  static TrustBundle bundle(Made... anchors) {
    return bundle(WEST.trustDomain(), anchors);
  }

  static TrustBundle bundle(TrustDomain trustDomain, Made... anchors) {
    return new TrustBundle(
        trustDomain,
        1,
        TrustBundle.DEFAULT_REFRESH_HINT,
        List.of(anchors).stream().map(Made::certificate).toList());
  }
}

package io.isthmus.proxy.trust;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.TestCa;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One trust domain in the middle of a change of roots, and another one beside it. */
final class Rotation {
  static final TrustDomain WEST = TrustDomain.of("west.demo");
  static final TestCa OLD = TestCa.create("west.demo");
  static final TestCa NEW = TestCa.create("west.demo");
  static final TestCa EAST = TestCa.create("east.demo");
  static final TestCa EAST_NEW = TestCa.create("east.demo");

  private Rotation() {}

  static TrustBundle bundle(long sequence, TestCa... roots) {
    return new TrustBundle(
        roots[0].trustDomain(),
        sequence,
        TrustBundle.DEFAULT_REFRESH_HINT,
        Arrays.stream(roots).map(ca -> ca.root().certificate()).toList());
  }

  static TrustBundle empty(TestCa of, long sequence) {
    return new TrustBundle(of.trustDomain(), sequence, TrustBundle.DEFAULT_REFRESH_HINT, List.of());
  }

  static TrustBundle revoking(TrustBundle bundle, TestCa... gone) {
    return new TrustBundle(
        bundle.trustDomain(),
        bundle.sequence(),
        bundle.refreshHint(),
        bundle.anchors(),
        Arrays.stream(gone).map(Rotation::anchor).collect(Collectors.toUnmodifiableSet()));
  }

  static String anchor(TestCa ca) {
    return Fingerprint.of(ca.root().certificate());
  }

  static Svid own(TestCa ca) {
    return ca.svid("shop", "web");
  }

  /** At the other end of an open connection. */
  static VerifiedPeer peer(TestCa ca, String account) {
    Svid svid = ca.svid("shop", account);
    return new VerifiedPeer(svid.id(), svid.chain(), ca.root().certificate(), svid.notAfter());
  }

  static BundleSet set(TrustBundle... bundles) {
    return BundleSet.of(bundles);
  }

  static Set<TrustDomain> callers() {
    return Set.of(WEST, EAST.trustDomain());
  }
}

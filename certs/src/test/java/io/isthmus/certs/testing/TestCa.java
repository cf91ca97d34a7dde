package io.isthmus.certs.testing;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/** A trust domain with root and issuer, made anew for a test. */
public final class TestCa {
  private final RootAuthority root;
  private final Issuer issuer;

  private TestCa(RootAuthority root, Issuer issuer) {
    this.root = root;
    this.issuer = issuer;
  }

  public static TestCa create(String trustDomain) {
    return create(trustDomain, Clock.systemUTC());
  }

  public static TestCa create(String trustDomain, InstantSource clock) {
    RootAuthority root =
        RootAuthority.create(TrustDomain.of(trustDomain), Duration.ofDays(3650), clock);
    return new TestCa(root, Issuer.create(root, Duration.ofDays(365), clock));
  }

  /** Another issuer under the same root. */
  public TestCa withNewIssuer() {
    return new TestCa(root, Issuer.create(root, Duration.ofDays(365), Clock.systemUTC()));
  }

  public TrustDomain trustDomain() {
    return root.trustDomain();
  }

  public RootAuthority root() {
    return root;
  }

  public Issuer issuer() {
    return issuer;
  }

  public SpiffeId id(String namespace, String serviceAccount) {
    return SpiffeId.workload(trustDomain(), namespace, serviceAccount);
  }

  /** Valid for 24 hours. */
  public Svid svid(String namespace, String serviceAccount) {
    return svid(id(namespace, serviceAccount), Duration.ofHours(24));
  }

  public Svid svid(SpiffeId id, Duration lifetime) {
    return issuer.issueSvid(id, lifetime);
  }

  /** Sequence 1, this root only. */
  public TrustBundle bundle() {
    return root.bundle(1, TrustBundle.DEFAULT_REFRESH_HINT);
  }

  /** A verifier that trusts exactly these domains. */
  public static PeerVerifier verifier(InstantSource clock, TestCa... trusted) {
    BundleSet bundles = BundleSet.EMPTY;
    for (TestCa ca : trusted) {
      bundles = bundles.with(ca.bundle());
    }
    return new PeerVerifier(bundles, clock);
  }
}

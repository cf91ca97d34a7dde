/**
 * Who a peer is, and why it is believed: SPIFFE IDs, SVIDs, trust bundles, and the verification of
 * a peer's chain against the bundle of the trust domain that the chain itself claims. The JDK's
 * PKIX validates the path; every SPIFFE rule is checked here, and whatever goes wrong is a
 * rejection. Everything is immutable or safe to share between threads, nothing blocks, opens a file
 * or needs BouncyCastle (which only the issuing package uses).
 */
@NullMarked
package io.isthmus.certs;

import org.jspecify.annotations.NullMarked;

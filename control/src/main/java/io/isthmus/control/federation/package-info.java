/**
 * SPIFFE federation: the own bundle for everybody who asks, and the bundles of trust domains whose
 * TrustDomain names a bundle endpoint. A fetched bundle goes into a ConfigMap, from where it is
 * read as any other peer's is; whatever goes wrong leaves the last good one, and is said on the
 * TrustDomain. One virtual thread for each endpoint owns all that is remembered of it; the server
 * for the own bundle has one event loop, which owns its connections.
 */
@NullMarked
package io.isthmus.control.federation;

import org.jspecify.annotations.NullMarked;

/**
 * Whether a peer's gateways believe the issuer that this cluster is about to switch to, found out
 * with leaves of it while both issuers are trusted. A {@code CanaryLoop} belongs to its Link's
 * thread; a {@code GatewayCanary} answers from threads of its own.
 */
@NullMarked
package io.isthmus.mirror.canary;

import org.jspecify.annotations.NullMarked;

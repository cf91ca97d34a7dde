/**
 * An SVID from a SPIFFE Workload API (SPIRE's agent, for one): a gRPC stream over a Unix domain
 * socket, each message of which replaces the one before. The agent makes the keys and renews; this
 * side judges each message whole, keeps the last good one, and comes back when the stream ends. All
 * on one event loop, which is given.
 */
@NullMarked
package io.isthmus.proxy.identity.workloadapi;

import org.jspecify.annotations.NullMarked;

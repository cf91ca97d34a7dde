package io.isthmus.proxy.outbound;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.relay.Leg;
import java.util.Optional;

/**
 * A way to an endpoint that is open.
 *
 * @param peer who is at its far end; empty for plain TCP
 */
record OpenTarget(Leg leg, Optional<SpiffeId> peer, String tunnel) {}

package io.isthmus.gateway.exports;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.relay.Leg;
import java.util.Optional;

/**
 * A way to a destination that is open.
 *
 * @param peer who is at its far end, where this gateway could see it
 */
record Target(Leg leg, Optional<SpiffeId> peer) {}

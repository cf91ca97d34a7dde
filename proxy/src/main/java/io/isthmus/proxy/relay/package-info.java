/**
 * Joins the two legs of a connection: a socket or a tunnel's stream on either side. What one leg
 * reads the other writes; a leg that cannot take more stops the other from reading; ends and resets
 * travel across. Both legs and their {@link io.isthmus.proxy.relay.Relay} belong to one event loop,
 * and every method here runs on it, so there is neither a lock nor a hand-over.
 */
@NullMarked
package io.isthmus.proxy.relay;

import org.jspecify.annotations.NullMarked;

/**
 * Handshakes that show whether a gateway of another cluster believes an issuer that nobody uses
 * yet, from both sides: a canary leaf is the client of the connection to the gateway, and the
 * server of a session inside one of its streams. What belongs to one canary belongs to its
 * connection's event loop; {@code CanaryHandshake} and {@code CanaryAnswers} are safe on any
 * thread.
 */
@NullMarked
package io.isthmus.proxy.canary;

import org.jspecify.annotations.NullMarked;

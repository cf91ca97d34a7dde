/**
 * Whether a gateway can be reached, found out through the data path: an HBONE CONNECT with mTLS to
 * the gateway's probe authority, for each address apart; and, more seldom, how that path is:
 * connect and handshake apart, and which payloads come back. A {@code ProbeLoop} and a {@code
 * PathLoop} belong to its Link's thread; a {@code GatewayProbe} answers from threads of its own.
 */
@NullMarked
package io.isthmus.mirror.probe;

import org.jspecify.annotations.NullMarked;

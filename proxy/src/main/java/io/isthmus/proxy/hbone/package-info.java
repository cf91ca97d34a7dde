/**
 * The wire of tunnels: HTTP/2 CONNECT over an mTLS connection, with framing of our own that is lean
 * and strict. {@link io.isthmus.proxy.hbone.HboneConnection} is the way in; behind it {@code
 * FrameReader} cuts bytes into frames, {@code FrameHandler} holds the rules of each, {@code
 * Session} the connection's state, {@code SendScheduler} and {@code FrameWriter} the way out. A
 * connection and all its streams belong to one event loop; every method and every callback here
 * runs on it.
 */
@NullMarked
package io.isthmus.proxy.hbone;

import org.jspecify.annotations.NullMarked;

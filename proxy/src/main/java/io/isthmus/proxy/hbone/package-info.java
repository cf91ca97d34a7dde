/**
 * The wire of tunnels: HTTP/2 CONNECT over an mTLS connection, with framing of our own that is lean
 * and strict. A connection and all its streams belong to one event loop; every method and every
 * callback here runs on it.
 */
@NullMarked
package io.isthmus.proxy.hbone;

import org.jspecify.annotations.NullMarked;

/**
 * TLS of tunnels: version 1.3 only, ALPN h2, mutual, and every handshake verifies the peer by our
 * own rules. Contexts are made anew for each change of identity or trust and swapped as one; what
 * was made before goes on with what it was made with. {@code TlsContexts} and {@code TlsGeneration}
 * are safe on any thread; what belongs to a handshake belongs to its channel's event loop.
 */
@NullMarked
package io.isthmus.proxy.tls;

import org.jspecify.annotations.NullMarked;

/**
 * A proxy that applications are told of: SOCKS5 and HTTP CONNECT on one port. Handlers only
 * translate the two protocols; where a connection goes is for {@code outbound}. Each connection
 * belongs to its event loop.
 */
@NullMarked
package io.isthmus.proxy.explicit;

import org.jspecify.annotations.NullMarked;

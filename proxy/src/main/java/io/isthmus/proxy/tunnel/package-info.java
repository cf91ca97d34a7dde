/**
 * Connections that tunnels run in: dialled, pooled and drained in the client role, accepted in the
 * server role; TLS by {@code tls}, framing by {@code hbone}. A pool belongs to one event loop, and
 * so do its connections, their streams and whoever uses those; nothing crosses loops.
 */
@NullMarked
package io.isthmus.proxy.tunnel;

import org.jspecify.annotations.NullMarked;

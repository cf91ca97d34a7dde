/**
 * Connections that the kernel redirected here: where they were going is asked of the socket. Each
 * connection belongs to its event loop; nothing is read before its destination is known and
 * connected.
 */
@NullMarked
package io.isthmus.proxy.capture;

import org.jspecify.annotations.NullMarked;

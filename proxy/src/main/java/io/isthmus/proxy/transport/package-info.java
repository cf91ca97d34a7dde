/**
 * Event loops and sockets: which transport a platform gets, and the options that every socket of
 * the data plane shares. The one workaround for the transport's known bug lives here. Everything is
 * immutable and may be used from any thread.
 */
@NullMarked
package io.isthmus.proxy.transport;

import org.jspecify.annotations.NullMarked;

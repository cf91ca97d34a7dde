/**
 * One JSON object a connection: who, to whom, how much, how long, and why it ended. A {@code
 * ConnectionRecord} belongs to the connection's event loop; finished entries go through a bounded
 * buffer to one writing thread, so that a slow disk or pipe never blocks a loop: when the buffer is
 * full, entries are dropped and counted.
 */
@NullMarked
package io.isthmus.proxy.accesslog;

import org.jspecify.annotations.NullMarked;

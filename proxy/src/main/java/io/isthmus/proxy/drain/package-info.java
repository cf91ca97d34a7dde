/**
 * Knows what is in flight, so that it can be finished or cut: at shutdown, and when a newer
 * configuration denies what an older one allowed. The set of connections is shared by all loops;
 * each connection is touched on its own loop only.
 */
@NullMarked
package io.isthmus.proxy.drain;

import org.jspecify.annotations.NullMarked;

/**
 * The peer's API server: credentials out of a Secret, and lists of what the peer has, kept by
 * watches. A connection may be asked from any thread; it answers from its caches.
 */
@NullMarked
package io.isthmus.mirror.peer;

import org.jspecify.annotations.NullMarked;

/**
 * The peer's API server: credentials out of a Secret, and lists of what the peer has, kept by
 * watches and beats. A connection may be asked from any thread; it answers from its caches. Its
 * renewal belongs to the Link's thread.
 */
@NullMarked
package io.isthmus.mirror.peer;

import org.jspecify.annotations.NullMarked;

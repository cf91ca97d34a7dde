/**
 * Follows a peer's trust bundle into this cluster: only ever forward in sequence, and what is in
 * force stays when what is published cannot be taken. Decisions are pure functions.
 */
@NullMarked
package io.isthmus.mirror.bundle;

import org.jspecify.annotations.NullMarked;

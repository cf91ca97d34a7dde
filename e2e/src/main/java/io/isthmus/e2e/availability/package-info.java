/**
 * The mesh while parts of it are killed and replaced, on real clusters under a constant load: no
 * call may fail, and no mirror may go. One thread drives it; the load runs in the caller's Pod and
 * is counted there.
 */
@NullMarked
package io.isthmus.e2e.availability;

import org.jspecify.annotations.NullMarked;

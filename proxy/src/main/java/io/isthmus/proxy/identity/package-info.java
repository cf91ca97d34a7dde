/**
 * Where this process's own identity comes from. A source holds the current SVID, renews it in time
 * and tells its subscribers; keys are made here, new at each renewal, and never leave the process.
 * {@code current()} may be read on any thread; renewals and subscribers run on the source's own.
 */
@NullMarked
package io.isthmus.proxy.identity;

import org.jspecify.annotations.NullMarked;

/**
 * The trust domain's root and issuer, made exactly once however many replicas start together, and
 * the bundle made of them. Everything happens on the thread that starts the process; a Secret that
 * cannot be read is reported and never written over.
 */
@NullMarked
package io.isthmus.control.authority;

import org.jspecify.annotations.NullMarked;

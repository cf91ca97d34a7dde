/**
 * {@code isthmus demo} on real API servers, as a user runs it: what it tells, and what is left when
 * it ends by itself or by a signal. One thread drives the suite; each demo has a network namespace
 * and a directory for temporary files of its own, in which everything that is left is its.
 */
@NullMarked
package io.isthmus.e2e.demo;

import org.jspecify.annotations.NullMarked;

/**
 * What is to be written, as a pure function of what the peer exports and what is here. Nothing in
 * this package calls an API or reads a clock; everything in it may be used from any thread.
 */
@NullMarked
package io.isthmus.mirror.plan;

import org.jspecify.annotations.NullMarked;

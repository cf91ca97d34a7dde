/**
 * Trains the AOT caches of the control plane's and the mirror controller's images. Run by the
 * images' build: the packaged process works in a mesh of processes on loopback, and leaves the
 * cache at its end. Blocking code on one thread; each step is bounded in time.
 */
@NullMarked
package io.isthmus.images.training;

import org.jspecify.annotations.NullMarked;

/**
 * The container images on a real node: what is in them, that they run where nothing is allowed that
 * they do not need, and that a mesh of them carries a call. One thread; the cluster does the rest.
 */
@NullMarked
package io.isthmus.e2e.images;

import org.jspecify.annotations.NullMarked;

/** Whole controllers against API servers, real and embedded. */
@NullMarked
package io.isthmus.mirror.link;

import org.jspecify.annotations.NullMarked;

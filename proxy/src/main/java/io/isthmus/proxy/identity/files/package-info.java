/**
 * An SVID out of two PEM files that somebody else renews. Contents are compared and not times, so
 * that any way of replacing them is seen: rewritten, renamed over, or a directory swapped by link.
 * All on one loop, which is given.
 */
@NullMarked
package io.isthmus.proxy.identity.files;

import org.jspecify.annotations.NullMarked;

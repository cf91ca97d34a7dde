/** The one thread of a Link, on which all that is known of it is kept. */
@NullMarked
package io.isthmus.mirror.thread;

import org.jspecify.annotations.NullMarked;

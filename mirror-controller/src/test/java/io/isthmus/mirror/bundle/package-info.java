/** Tests of the bundle rules. */
@NullMarked
package io.isthmus.mirror.bundle;

import org.jspecify.annotations.NullMarked;

/** Tests of the fence. */
@NullMarked
package io.isthmus.mirror.leader;

import org.jspecify.annotations.NullMarked;

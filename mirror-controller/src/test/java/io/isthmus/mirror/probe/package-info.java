/** Tests of liveness and probing. */
@NullMarked
package io.isthmus.mirror.probe;

import org.jspecify.annotations.NullMarked;

/** Tests of when a status is written. */
@NullMarked
package io.isthmus.mirror.status;

import org.jspecify.annotations.NullMarked;

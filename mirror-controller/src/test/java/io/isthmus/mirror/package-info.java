/** Tests of the process's settings. */
@NullMarked
package io.isthmus.mirror;

import org.jspecify.annotations.NullMarked;

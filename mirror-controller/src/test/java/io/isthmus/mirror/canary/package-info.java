/** Tests of the package of the same name. */
@NullMarked
package io.isthmus.mirror.canary;

import org.jspecify.annotations.NullMarked;

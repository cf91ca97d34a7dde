/** Tests of the package of the same name. */
@NullMarked
package io.isthmus.control.injection;

import org.jspecify.annotations.NullMarked;

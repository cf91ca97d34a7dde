/** Tests of the package of the same name, without an API server. */
@NullMarked
package io.isthmus.control.serving;

import org.jspecify.annotations.NullMarked;

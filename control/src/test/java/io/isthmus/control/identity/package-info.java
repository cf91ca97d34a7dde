/** Tests of the package of the same name, without an API server. */
@NullMarked
package io.isthmus.control.identity;

import org.jspecify.annotations.NullMarked;

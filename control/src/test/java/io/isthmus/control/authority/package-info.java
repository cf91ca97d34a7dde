/** Tests of the package of the same name, without a real API server. */
@NullMarked
package io.isthmus.control.authority;

import org.jspecify.annotations.NullMarked;

/** Tests of the reading of the API's objects. */
@NullMarked
package io.isthmus.control.kubernetes;

import org.jspecify.annotations.NullMarked;

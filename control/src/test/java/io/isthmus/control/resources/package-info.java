/** Tests of the way from state to resources. */
@NullMarked
package io.isthmus.control.resources;

import org.jspecify.annotations.NullMarked;

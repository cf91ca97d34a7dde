/** Tests of what the state's values say of themselves. */
@NullMarked
package io.isthmus.control.state;

import org.jspecify.annotations.NullMarked;

/** Tests of what is warned of. */
@NullMarked
package io.isthmus.control.expiry;

import org.jspecify.annotations.NullMarked;

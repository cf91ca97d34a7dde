/** Tests of credentials. */
@NullMarked
package io.isthmus.mirror.peer;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of the same name, with TLS on loopback. */
@NullMarked
package io.isthmus.control.federation;

import org.jspecify.annotations.NullMarked;

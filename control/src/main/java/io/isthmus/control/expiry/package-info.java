/**
 * Which ends come near, long before they do: of what this cluster issues with, and of what it
 * verifies others with. A pure function of certificates and the time.
 */
@NullMarked
package io.isthmus.control.expiry;

import org.jspecify.annotations.NullMarked;

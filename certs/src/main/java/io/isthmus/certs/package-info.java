@NullMarked
package io.isthmus.certs;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.isthmus.e2e;

import org.jspecify.annotations.NullMarked;

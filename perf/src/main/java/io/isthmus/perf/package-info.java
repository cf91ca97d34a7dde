@NullMarked
package io.isthmus.perf;

import org.jspecify.annotations.NullMarked;

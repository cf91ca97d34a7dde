@NullMarked
package io.isthmus.mirror;

import org.jspecify.annotations.NullMarked;

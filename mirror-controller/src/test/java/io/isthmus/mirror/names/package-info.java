@NullMarked
package io.isthmus.mirror.names;

import org.jspecify.annotations.NullMarked;

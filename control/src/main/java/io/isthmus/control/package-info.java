@NullMarked
package io.isthmus.control;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.isthmus.api;

import org.jspecify.annotations.NullMarked;

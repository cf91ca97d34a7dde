@NullMarked
package io.isthmus.proxy;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.isthmus.gateway;

import org.jspecify.annotations.NullMarked;

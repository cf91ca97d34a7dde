@NullMarked
package io.isthmus.api.trust;

import org.jspecify.annotations.NullMarked;

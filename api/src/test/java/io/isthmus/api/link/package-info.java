@NullMarked
package io.isthmus.api.link;

import org.jspecify.annotations.NullMarked;

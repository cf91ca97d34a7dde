@NullMarked
package io.isthmus.settings;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.isthmus.api.client;

import org.jspecify.annotations.NullMarked;

/** Tests of the resources against a real API server. */
@NullMarked
package io.isthmus.api;

import org.jspecify.annotations.NullMarked;

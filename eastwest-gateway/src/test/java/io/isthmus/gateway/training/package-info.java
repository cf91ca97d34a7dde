/** Trains the gateway's AOT cache, as {@code io.isthmus.proxy.training} does for the sidecar. */
@NullMarked
package io.isthmus.gateway.training;

import org.jspecify.annotations.NullMarked;

/**
 * The data plane, and the sidecar process made of it. {@code ProxyProcess} and {@code DataPlane}
 * are the life of any such process; {@code Main} and {@code Sidecar} say what is the sidecar's.
 * Work happens on event loops that own their connections; configuration and identity are immutable
 * values that arrive from threads of their own.
 */
@NullMarked
package io.isthmus.proxy;

import org.jspecify.annotations.NullMarked;

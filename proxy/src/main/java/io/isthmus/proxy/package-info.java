/**
 * The data plane, and the sidecar process made of it: {@code Main} reads settings, {@code Sidecar}
 * wires. Work happens on event loops that own their connections; configuration and identity are
 * immutable values that arrive from threads of their own.
 */
@NullMarked
package io.isthmus.proxy;

import org.jspecify.annotations.NullMarked;

/**
 * {@code isthmus gateways}: the gateways of linked clusters, as the mirror controller's probes see
 * them from here. Single-threaded.
 */
@NullMarked
package io.isthmus.cli.gateways;

import org.jspecify.annotations.NullMarked;

/**
 * {@code isthmus gateways}: the gateways of linked clusters, as the mirror controller's probes see
 * them from here, and the tunnels that peers have open on this cluster's own. Single-threaded.
 */
@NullMarked
package io.isthmus.cli.gateways;

import org.jspecify.annotations.NullMarked;

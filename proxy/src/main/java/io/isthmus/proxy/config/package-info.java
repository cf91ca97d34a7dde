/**
 * What the control plane told this proxy, as immutable records. Only the xDS client writes it: each
 * change is a whole new {@code MeshConfig}, swapped atomically, so that a reader on any thread sees
 * one consistent state.
 */
@NullMarked
package io.isthmus.proxy.config;

import org.jspecify.annotations.NullMarked;

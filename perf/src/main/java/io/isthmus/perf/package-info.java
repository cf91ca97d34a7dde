/**
 * Paired benchmarks: the mesh and HAProxy (TCP, mTLS) do the same work in one run, taking turns,
 * and only their ratio counts. Runs as root, in network namespaces of its own; one thread drives
 * everything.
 */
@NullMarked
package io.isthmus.perf;

import org.jspecify.annotations.NullMarked;

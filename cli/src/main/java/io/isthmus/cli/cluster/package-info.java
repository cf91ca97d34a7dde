/**
 * Whole clusters on one machine, for the demo, the end-to-end suites and the benchmarks: an API
 * server, a control plane, a mirror controller, a gateway and workloads with their sidecars, each a
 * process of its own on its own loopback address. This package also plays the kubelet's part: it
 * makes Pods and mounts tokens and bundles as files. A cluster is started and closed by one thread;
 * its processes can be killed and restarted by any.
 */
@NullMarked
package io.isthmus.cli.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * Whole Kubernetes clusters with a node, by the scripts of {@code e2e/testbed}: kubelet,
 * containerd, CNI and kube-proxy are real. One thread drives a cluster; its programs live in
 * namespaces of their own, and end with it.
 */
@NullMarked
package io.isthmus.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;

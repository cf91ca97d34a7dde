/**
 * A site: one cluster's API server, control plane, gateway and Pods, each Pod in a network
 * namespace of its own, all sites with the same Pod and Service ranges; between them an internet
 * that forwards only to public addresses. Confined to the thread of the suite.
 */
@NullMarked
package io.isthmus.e2e.site;

import org.jspecify.annotations.NullMarked;

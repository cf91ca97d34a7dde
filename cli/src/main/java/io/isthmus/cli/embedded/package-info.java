/**
 * fabric8's in-memory API server as a process of its own, for machines without a real one. What its
 * CRUD mode lacks and the mesh cannot do without is added as real handlers around it: TokenRequest
 * and TokenReview with signed tokens, ClusterIPs, namespaces that must exist, discovery for
 * kubectl, and a journal so that a killed server comes back with what it had. It checks no
 * credentials of its callers. One lock orders all writes; reads and watches are the mock's own.
 */
@NullMarked
package io.isthmus.cli.embedded;

import org.jspecify.annotations.NullMarked;

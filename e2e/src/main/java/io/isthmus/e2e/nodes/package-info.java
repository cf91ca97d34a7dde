/** What continuous integration runs on real nodes: several suites on one pair of clusters. */
@NullMarked
package io.isthmus.e2e.nodes;

import org.jspecify.annotations.NullMarked;

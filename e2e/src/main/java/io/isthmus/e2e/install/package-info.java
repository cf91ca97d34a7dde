/**
 * From nothing to an answer across clusters, by what a user types: clusters with nodes and equal
 * ranges, a load balancer that gives addresses, the released ways to install. One thread drives it;
 * commands run between the clusters, where neither's private addresses lead anywhere.
 */
@NullMarked
package io.isthmus.e2e.install;

import org.jspecify.annotations.NullMarked;

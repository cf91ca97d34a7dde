/**
 * The mesh on real API servers, in network namespaces of its own: suites of scenarios that run in
 * order and print one line each. One thread drives a suite.
 */
@NullMarked
package io.isthmus.e2e;

import org.jspecify.annotations.NullMarked;

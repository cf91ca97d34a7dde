/**
 * The mesh on sites: clusters with a control plane, a mirror controller, a gateway and one workload
 * each, as many as a suite asks for, by default nothing linked. One thread drives it; what may
 * start at once is started on threads that are over before a method returns.
 */
@NullMarked
package io.isthmus.e2e.mesh;

import org.jspecify.annotations.NullMarked;

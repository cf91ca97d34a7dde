/**
 * Game days: one fault after another in two linked clusters. What {@code isthmus check} has to
 * name, what goes on meanwhile, and what the operator types are read from the page of each drill in
 * {@code e2e/drills}; here is only how a fault is made. One thread drives it; calls go on in Pods.
 */
@NullMarked
package io.isthmus.e2e.drills;

import org.jspecify.annotations.NullMarked;

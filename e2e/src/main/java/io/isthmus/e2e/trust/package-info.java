/**
 * Live rotation, proved under load on real API servers: a soak that must lose nothing, the same
 * soak with the guards off that must lose something, and faults in every phase. Loads run in
 * processes of their own; one thread drives the suite.
 */
@NullMarked
package io.isthmus.e2e.trust;

import org.jspecify.annotations.NullMarked;

/**
 * Small HTTP pages for operators, probes and Prometheus, on loops of the process. A page is made on
 * a loop from immutable state, and never holds a secret. What can change the process is served on a
 * loopback address only.
 */
@NullMarked
package io.isthmus.proxy.admin;

import org.jspecify.annotations.NullMarked;

/**
 * What people and probes see: liveness, readiness, metrics and the list of proxies, on one HTTP
 * port. Requests are served on virtual threads and read only state that is safe to share.
 */
@NullMarked
package io.isthmus.control.health;

import org.jspecify.annotations.NullMarked;

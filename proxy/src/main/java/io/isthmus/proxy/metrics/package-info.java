/**
 * What operators measure. The data plane talks to small observer interfaces; the only
 * implementation keeps Micrometer meters under the names of {@code docs/metrics.md}. Label values
 * come from configuration and verified identities, never from a caller's bytes, and their number is
 * bounded. Safe on any thread.
 */
@NullMarked
package io.isthmus.proxy.metrics;

import org.jspecify.annotations.NullMarked;

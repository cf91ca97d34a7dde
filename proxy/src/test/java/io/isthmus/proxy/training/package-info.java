/**
 * Trains the AOT caches that the sidecar and the gateway start from. Run by the build, behind
 * {@code package}: the packaged process carries real traffic, configured by a control plane on
 * loopback, and leaves the cache at its end. Blocking code on a few threads; each step is bounded
 * in time.
 */
@NullMarked
package io.isthmus.proxy.training;

import org.jspecify.annotations.NullMarked;

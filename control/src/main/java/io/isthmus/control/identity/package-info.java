/**
 * Who calls, and what they are given: callers are authenticated by client certificate or
 * service-account token before any service sees them, and certificates are issued to the identity
 * that was proved, never to the one that was asked for. gRPC's threads are virtual ones, so waiting
 * for the API server blocks nobody else.
 */
@NullMarked
package io.isthmus.control.identity;

import org.jspecify.annotations.NullMarked;

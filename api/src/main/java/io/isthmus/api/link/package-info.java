/**
 * A Link: what one cluster knows of one peer, and how the connection to it fares. The records are
 * what the API server stores; absent parts get their defaults in the constructors too, so that a
 * server without schemas (a test's) gives the same values.
 */
@NullMarked
package io.isthmus.api.link;

import org.jspecify.annotations.NullMarked;

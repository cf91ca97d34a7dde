/**
 * The cluster as the API server shows it. Informers keep objects; any change asks, after a short
 * pause, for one new {@code ClusterState}, which a single thread makes and hands on. Input that is
 * wrong keeps the last good state and is reported.
 */
@NullMarked
package io.isthmus.control.kubernetes;

import org.jspecify.annotations.NullMarked;

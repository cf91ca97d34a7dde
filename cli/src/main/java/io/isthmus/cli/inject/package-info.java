/**
 * {@code isthmus inject}: gives the Pods of a manifest their sidecars before it is applied, by the
 * same code as the control plane's webhook. Talks to no cluster. Single-threaded.
 */
@NullMarked
package io.isthmus.cli.inject;

import org.jspecify.annotations.NullMarked;

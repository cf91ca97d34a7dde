/**
 * {@code isthmus capture}: the rules that an injected Pod gets, in the network namespace that the
 * command runs in, by the same file and the same call of {@code nft}. Talks to no cluster.
 * Single-threaded.
 */
@NullMarked
package io.isthmus.cli.capture;

import org.jspecify.annotations.NullMarked;

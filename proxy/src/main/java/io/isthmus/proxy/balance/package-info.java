/**
 * Which endpoint of a cluster gets the next connection: the less loaded of two taken at random,
 * among those that are healthy and did not just fail. One event loop owns a {@code Balancer}: each
 * loop balances by what it sees itself.
 */
@NullMarked
package io.isthmus.proxy.balance;

import org.jspecify.annotations.NullMarked;

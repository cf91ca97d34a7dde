/**
 * From the application into the mesh: a destination is looked up, an endpoint picked, a tunnel or a
 * plain connection opened, the two joined. Listeners of any kind call it and learn only whether it
 * worked. Everything about one connection happens on the event loop of the application's socket;
 * each loop balances by what it sees itself.
 */
@NullMarked
package io.isthmus.proxy.outbound;

import org.jspecify.annotations.NullMarked;

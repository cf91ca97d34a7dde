/**
 * What a Pod may try against the mesh from its own network, with its own credentials: each attempt
 * has to fail, and to be counted. One thread tries one thing after another; {@link
 * io.isthmus.e2e.attack.ConnectClient} is a program of its own, which runs in a Pod's network.
 */
@NullMarked
package io.isthmus.e2e.attack;

import org.jspecify.annotations.NullMarked;

/**
 * The memory that peers can make this process hold: what a window lets them send before we have
 * passed it on. All windows come out of one stated budget. Safe on any thread: connections of all
 * event loops draw on it.
 */
@NullMarked
package io.isthmus.proxy.memory;

import org.jspecify.annotations.NullMarked;

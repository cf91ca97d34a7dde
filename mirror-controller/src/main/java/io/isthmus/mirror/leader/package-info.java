/**
 * One controller writes at a time. Leadership is a Lease; every write asks the fence first, and the
 * fence opens only for as long as the last renewal is fresh by this process's own clock.
 */
@NullMarked
package io.isthmus.mirror.leader;

import org.jspecify.annotations.NullMarked;

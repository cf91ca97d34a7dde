/**
 * One worker a Link, with one thread that owns all of its mutable state: events only ask it to look
 * again. The supervisor starts and ends workers as Links come and go.
 */
@NullMarked
package io.isthmus.mirror.link;

import org.jspecify.annotations.NullMarked;

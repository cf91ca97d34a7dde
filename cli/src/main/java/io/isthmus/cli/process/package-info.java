/**
 * Other programs: commands that are run to their end, and child processes that are started, watched
 * by their log, and stopped. Only processes that were started here are ever ended. Confined to the
 * caller's thread unless a class says otherwise.
 */
@NullMarked
package io.isthmus.cli.process;

import org.jspecify.annotations.NullMarked;

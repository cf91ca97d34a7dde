/**
 * The {@code isthmus} command: options that every verb shares, exit codes, and errors that say what
 * failed, on which object, why, and what to try. Verbs live in packages of their own. Everything
 * here runs on the main thread; what a verb starts beside it is stopped before the verb returns.
 */
@NullMarked
package io.isthmus.cli;

import org.jspecify.annotations.NullMarked;

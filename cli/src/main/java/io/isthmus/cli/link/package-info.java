/**
 * {@code isthmus link}: makes two clusters each other's peers, symmetrically, and undoes it. What
 * is to be written is computed first, printed, and only then applied, object by object; applying it
 * again changes nothing but the credentials. Single-threaded.
 */
@NullMarked
package io.isthmus.cli.link;

import org.jspecify.annotations.NullMarked;

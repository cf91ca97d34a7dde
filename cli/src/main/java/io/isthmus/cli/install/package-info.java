/**
 * Installs the mesh in a cluster by the project's charts, as Helm's releases, and removes all of it
 * again; beside that the custom resource definitions and roles alone, from the same files. One
 * thread a command; nothing is kept.
 */
@NullMarked
package io.isthmus.cli.install;

import org.jspecify.annotations.NullMarked;

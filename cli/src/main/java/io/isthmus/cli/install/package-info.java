/**
 * Puts the project's own manifests into a cluster: custom resource definitions and the roles of its
 * processes, from the files that the modules ship. Stateless.
 */
@NullMarked
package io.isthmus.cli.install;

import org.jspecify.annotations.NullMarked;

/**
 * {@code isthmus support-bundle}: what helps to understand an incident elsewhere, in one archive,
 * without secrets. Secrets are never read but for their keys' names and sizes; of other people's
 * Pods only what the mesh needs to know is taken; all text passes {@code Redaction}. One thread.
 */
@NullMarked
package io.isthmus.cli.support;

import org.jspecify.annotations.NullMarked;

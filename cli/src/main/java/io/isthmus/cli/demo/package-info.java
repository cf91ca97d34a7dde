/**
 * {@code isthmus demo}: two clusters on this machine, and the story of one request between them,
 * told while it happens. Every step asserts what it shows; the first that fails ends the story with
 * what was seen and whose log to read. The story runs on one thread; the clusters start in
 * parallel.
 */
@NullMarked
package io.isthmus.cli.demo;

import org.jspecify.annotations.NullMarked;

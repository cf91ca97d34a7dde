/**
 * Words that the API server knows: custom resources as records, and the labels, annotations and
 * object names that the processes agree on. Everything here is a value without behaviour beyond its
 * own defaults, and is safe to share between threads once built.
 */
@NullMarked
package io.isthmus.api;

import org.jspecify.annotations.NullMarked;

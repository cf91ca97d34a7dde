/**
 * The mirror controller's process: its settings, its wiring, its pages. What it does is in the
 * packages below; here each part is made once and handed to those that need it.
 */
@NullMarked
package io.isthmus.mirror;

import org.jspecify.annotations.NullMarked;

/**
 * What a process is told at its start. Each setting is declared once, with key, meaning, type and
 * default; reading either gives every value, valid, or one exception that lists everything wrong.
 * The reference in {@code docs/} is written from the same declarations. Everything here is
 * immutable and may be shared between threads; reading happens once, before a process starts any.
 */
@NullMarked
package io.isthmus.settings;

import org.jspecify.annotations.NullMarked;

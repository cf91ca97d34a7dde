/** Clients of API servers for processes that follow one for months. */
@NullMarked
package io.isthmus.api.client;

import org.jspecify.annotations.NullMarked;

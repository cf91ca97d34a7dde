/** Writes CRDs from the records and their marks; a test holds the committed files against it. */
@NullMarked
package io.isthmus.api.schema;

import org.jspecify.annotations.NullMarked;

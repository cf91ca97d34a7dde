/**
 * Marks on the components of a resource's records that its CRD is generated from: text, defaults,
 * bounds, and rules in CEL. A component that is not {@code @Nullable} and has no {@link Default} is
 * required. Nothing here has behaviour; a test reads it.
 */
@NullMarked
package io.isthmus.api.schema;

import org.jspecify.annotations.NullMarked;

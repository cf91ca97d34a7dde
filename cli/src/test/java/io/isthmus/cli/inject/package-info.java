/** Tests of the package of the same name. */
@NullMarked
package io.isthmus.cli.inject;

import org.jspecify.annotations.NullMarked;

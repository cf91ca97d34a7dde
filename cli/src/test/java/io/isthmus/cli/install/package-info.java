/** Tests of the package of the same name. */
@NullMarked
package io.isthmus.cli.install;

import org.jspecify.annotations.NullMarked;

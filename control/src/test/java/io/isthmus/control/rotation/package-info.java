/** Tests of the package of the same name: scenarios, and histories of a model of many clusters. */
@NullMarked
package io.isthmus.control.rotation;

import org.jspecify.annotations.NullMarked;

/** Whether mirrors' names resolve, asked as Pods of this cluster ask. */
@NullMarked
package io.isthmus.mirror.names;

import org.jspecify.annotations.NullMarked;

/**
 * Programs of others, as Debian packages them or their own modules build them, in Pods of two real
 * clusters: none knows of a mesh. One thread drives them.
 */
@NullMarked
package io.isthmus.e2e.apps;

import org.jspecify.annotations.NullMarked;

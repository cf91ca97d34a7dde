/**
 * The story of the mesh's main job on two real API servers with overlapping ranges: link, export,
 * call, refuse, break, heal. One thread drives it.
 */
@NullMarked
package io.isthmus.e2e.story;

import org.jspecify.annotations.NullMarked;

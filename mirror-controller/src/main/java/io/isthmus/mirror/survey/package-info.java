/**
 * Every gateway of all Links probed once, from where this process runs: {@code isthmus check
 * --nodes} starts one on each node.
 */
@NullMarked
package io.isthmus.mirror.survey;

import org.jspecify.annotations.NullMarked;

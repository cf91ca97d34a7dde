/** Tests of what a survey tells. */
@NullMarked
package io.isthmus.mirror.survey;

import org.jspecify.annotations.NullMarked;

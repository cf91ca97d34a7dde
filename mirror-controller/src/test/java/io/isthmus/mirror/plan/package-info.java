/** Tests of plans, each a scenario. */
@NullMarked
package io.isthmus.mirror.plan;

import org.jspecify.annotations.NullMarked;

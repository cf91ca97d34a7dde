/**
 * What a Link says of itself: findings become conditions, and a status is written only when it says
 * something new. Pure functions.
 */
@NullMarked
package io.isthmus.mirror.status;

import org.jspecify.annotations.NullMarked;

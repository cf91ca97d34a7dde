/** Tests of what proxies report, and of what is made of it. Time is the fleet's own. */
@NullMarked
package io.isthmus.control.enforcement;

import org.jspecify.annotations.NullMarked;

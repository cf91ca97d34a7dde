/**
 * From what an API server tells to work that is done about it: informers that tell of any change,
 * and rounds of work that many changes ask for together. Both may be asked on any thread; the work
 * runs where its owner says.
 */
@NullMarked
package io.isthmus.control.watch;

import org.jspecify.annotations.NullMarked;

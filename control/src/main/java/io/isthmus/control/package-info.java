/**
 * The control plane process: settings, wiring, start and end. The start happens on the main thread,
 * step by step; afterwards it only waits. Everything is handed to its users by constructors in
 * {@link ControlPlane}.
 */
@NullMarked
package io.isthmus.control;

import org.jspecify.annotations.NullMarked;

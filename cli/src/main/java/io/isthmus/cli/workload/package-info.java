/**
 * The application of the demo: a real HTTP server in a process of its own that knows nothing of the
 * mesh. Each request is answered on a virtual thread.
 */
@NullMarked
package io.isthmus.cli.workload;

import org.jspecify.annotations.NullMarked;

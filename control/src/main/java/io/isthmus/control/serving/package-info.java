/**
 * Delta xDS over the library's server. Each stream has a lock of its own that guards what its
 * client was sent; a new snapshot is offered to every stream by the one thread that makes
 * snapshots, requests arrive on the stream's gRPC thread.
 */
@NullMarked
package io.isthmus.control.serving;

import org.jspecify.annotations.NullMarked;

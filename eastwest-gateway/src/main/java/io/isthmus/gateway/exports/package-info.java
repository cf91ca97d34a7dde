/**
 * What callers of other clusters may reach through this gateway: a closed table, written by the
 * control plane alone. An authority is a key into it and nothing else; no name and no address that
 * a caller supplies is ever resolved or dialled. A request belongs to its stream's event loop.
 */
@NullMarked
package io.isthmus.gateway.exports;

import org.jspecify.annotations.NullMarked;

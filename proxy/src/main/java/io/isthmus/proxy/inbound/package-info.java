/**
 * From the mesh to the application beside this proxy: each CONNECT is authorized by the caller's
 * verified identity against a closed table, and only then connected. A connection's requests are
 * handled on its event loop; configuration is read afresh for each.
 */
@NullMarked
package io.isthmus.proxy.inbound;

import org.jspecify.annotations.NullMarked;

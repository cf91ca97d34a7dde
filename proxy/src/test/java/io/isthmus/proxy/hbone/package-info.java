/** Tests of the wire, frame by frame: {@code RawPeer} sends what no decent peer would. */
@NullMarked
package io.isthmus.proxy.hbone;

import org.jspecify.annotations.NullMarked;

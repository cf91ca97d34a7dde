/**
 * Whether a gateway can be reached, found out through the data path: an HBONE CONNECT with mTLS to
 * the gateway's probe authority, for each address apart. A {@code ProbeLoop} belongs to its Link's
 * thread; a {@code GatewayProbe} answers from threads of its own.
 */
@NullMarked
package io.isthmus.mirror.probe;

import org.jspecify.annotations.NullMarked;

/**
 * Tests of the control plane: against a real API server where one is built, and with a raw gRPC
 * client.
 */
@NullMarked
package io.isthmus.control;

import org.jspecify.annotations.NullMarked;

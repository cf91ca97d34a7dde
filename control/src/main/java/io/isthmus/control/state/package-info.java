/**
 * What the control plane knows of its cluster at one moment, as immutable records without a trace
 * of the Kubernetes API's types. A new one is made at every change; it may be shared between
 * threads.
 */
@NullMarked
package io.isthmus.control.state;

import org.jspecify.annotations.NullMarked;

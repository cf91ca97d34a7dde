/**
 * Pods get their sidecar: an admission webhook, and the same offline for {@code isthmus inject}.
 * What a Pod becomes is made by one class without side effects, {@link
 * io.isthmus.control.injection.Injection}, out of the Pod, what its namespace says, and how this
 * mesh is installed; whoever cannot be given what was asked for is refused with the annotation, its
 * value and what is allowed. Everything here may be called from any thread.
 */
@NullMarked
package io.isthmus.control.injection;

import org.jspecify.annotations.NullMarked;

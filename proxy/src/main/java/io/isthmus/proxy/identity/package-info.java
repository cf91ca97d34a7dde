/**
 * Where this process's own identity comes from. A source holds the current SVID, follows its
 * authority and tells its subscribers; what is not good keeps the last good one current. The
 * control plane's is here: keys are made in this process, new at each renewal, and never leave it;
 * files and the SPIFFE Workload API have packages of their own. {@code current()} may be read on
 * any thread; sources and subscribers run on the loop of the control plane's connection.
 */
@NullMarked
package io.isthmus.proxy.identity;

import org.jspecify.annotations.NullMarked;

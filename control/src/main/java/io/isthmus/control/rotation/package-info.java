/**
 * Replaces roots and issuers while everything runs. What to do next is a pure function of what is
 * stored, what is wished and what the verifiers of all linked clusters report; each move is one
 * write, so a crash leaves a phase and never half of one. Time alone moves nothing forward: where
 * evidence is missing or old the rotation holds, and says what it waits for.
 */
@NullMarked
package io.isthmus.control.rotation;

import org.jspecify.annotations.NullMarked;

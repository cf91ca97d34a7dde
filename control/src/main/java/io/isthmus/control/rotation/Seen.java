package io.isthmus.control.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is seen of the verifiers at one moment.
 *
 * @param verifiers of the own cluster and of every linked one
 * @param enforcedSince since when all of them have been seen to enforce the present bundle, without
 *     a gap; empty when they were not at the last look
 */
public record Seen(List<Verifiers> verifiers, Optional<Instant> enforcedSince, Instant now) {
  public Seen {
    verifiers = List.copyOf(verifiers);
  }
}

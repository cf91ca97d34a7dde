package io.isthmus.control.rotation;

import java.time.Instant;
import java.util.List;

/** What the gateways of one cluster made of a leaf of an issuer that nobody uses yet. */
public sealed interface Canary {

  /** The own cluster's verifiers acknowledge what they enforce; no gateway is between. */
  record NotNeeded() implements Canary {}

  /**
   * @param problem for people; empty while nothing is known
   */
  record Missing(String problem) implements Canary {}

  /**
   * @param issuer that signed the leaf
   * @param at by this cluster's clock
   * @param refusals which gateway refused it and why, for people; empty when all that are alive
   *     believed it
   */
  record Met(String issuer, Instant at, List<String> refusals) implements Canary {
    public Met {
      refusals = List.copyOf(refusals);
    }
  }
}

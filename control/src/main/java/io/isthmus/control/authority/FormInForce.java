package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the own TrustDomain says of its authority now, for whatever is made next. What cannot be
 * read leaves the last good in force. Any thread.
 */
public final class FormInForce {
  private static final Logger LOG = LoggerFactory.getLogger(FormInForce.class);

  private final InstantSource clock;
  private volatile AuthorityForm current;
  private volatile Longer longer;
  private volatile Optional<String> problem = Optional.empty();

  /**
   * Leaves that were made before their life was shortened.
   *
   * @param until the last of them ends
   */
  private record Longer(Duration leaf, Instant until) {}

  /** Throws when there is no good one to begin with: nothing is issued then. */
  public FormInForce(TrustDomain own, InstantSource clock) throws AuthorityException {
    this.clock = clock;
    this.current = AuthorityForm.of(own);
    this.longer = new Longer(current.leaf(), Instant.MIN);
  }

  public AuthorityForm current() {
    return current;
  }

  /** The life of the longest-lived leaf that there is, as far as this process has seen. */
  public Duration longestLeaf() {
    Duration leaf = current.leaf();
    Longer before = longer;
    return clock.instant().isBefore(before.until()) && before.leaf().compareTo(leaf) > 0
        ? before.leaf()
        : leaf;
  }

  /** Why that of the TrustDomain is not in force; for people. */
  public Optional<String> problem() {
    return problem;
  }

  public synchronized void follow(TrustDomain own) {
    try {
      AuthorityForm next = AuthorityForm.of(own);
      if (!next.equals(current)) {
        LOG.atInfo().addKeyValue("authority", next).log("authority's form changed");
      }
      if (next.leaf().compareTo(current.leaf()) < 0) {
        Duration longest = longestLeaf();
        longer = new Longer(longest, clock.instant().plus(longest));
      }
      current = next;
      problem = Optional.empty();
    } catch (AuthorityException e) {
      Optional<String> found = Optional.of(e.getMessage() + ": the last good form stays");
      if (!found.equals(problem)) {
        LOG.atError().addKeyValue("problem", found.get()).log("authority's form refused");
      }
      problem = found;
    }
  }
}

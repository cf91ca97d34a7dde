package io.isthmus.control.identity;

import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many token reviews the API server is asked for: so many at once in all, and of one caller so
 * many at once and so many a second, so that one Pod takes nobody else's share. A caller is an
 * address, since whose token it is is what the review has yet to tell, and what an unreviewed token
 * says of itself could be used to spend another one's share. Thread-safe by its one lock.
 */
final class ReviewBudget {
  /** At once, of all callers. */
  static final int CONCURRENT = 64;

  /** At once, of one caller. */
  static final int CONCURRENT_OF_ONE = 16;

  /** Of one caller that has been quiet. */
  static final int BURST = 100;

  /** After the burst: five a second. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** The callers that are told apart; of more, the longest quiet ones are forgotten. */
  static final int CALLERS = 10_000;

  private final InstantSource clock;
  private final Map<String, Share> shares = new LinkedHashMap<>(16, 0.75f, true);
  private int running;

  /** What one caller has taken; all of it is given back by {@code spentUntil}. */
  private static final class Share {
    private Instant spentUntil = Instant.EPOCH;
    private int running;
  }

  /** One review; it is over when this is closed. */
  interface Review extends AutoCloseable {
    @Override
    void close();
  }

  ReviewBudget(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Review begin(String caller) throws StatusException {
    if (running >= CONCURRENT) {
      throw exhausted(CONCURRENT + " tokens are being reviewed, which is the limit");
    }
    Share share = shares.computeIfAbsent(caller, _ -> new Share());
    if (share.running >= CONCURRENT_OF_ONE) {
      throw exhausted(
          "%d tokens from %s are being reviewed, which is the limit for one address"
              .formatted(share.running, caller));
    }
    Instant now = clock.instant();
    Instant spent = (share.spentUntil.isAfter(now) ? share.spentUntil : now).plus(INTERVAL);
    if (Duration.between(now, spent).compareTo(INTERVAL.multipliedBy(BURST)) > 0) {
      throw exhausted(
          "%s has asked for more than %d token reviews, and %d a second after them, which is the limit for one address"
              .formatted(caller, BURST, Duration.ofSeconds(1).dividedBy(INTERVAL)));
    }
    share.spentUntil = spent;
    share.running++;
    running++;
    forgetTheLongestQuiet();
    return () -> end(share);
  }

  private synchronized void end(Share share) {
    share.running--;
    running--;
  }

  private void forgetTheLongestQuiet() {
    Iterator<Share> oldestFirst = shares.values().iterator();
    while (shares.size() > CALLERS && oldestFirst.hasNext()) {
      if (oldestFirst.next().running == 0) {
        oldestFirst.remove();
      }
    }
  }

  private static StatusException exhausted(String what) {
    return Status.RESOURCE_EXHAUSTED.withDescription(what + ": try again later").asException();
  }
}

package io.isthmus.proxy.identity.workloadapi;

import java.time.Duration;

/**
 * How an agent is waited for.
 *
 * @param firstRetry the delay after the first failure; then each is twice the one before
 * @param longestRetry and never more than this
 * @param firstAnswer how long a stream may be open without any message: an agent that knows nothing
 *     of a workload says so at once
 * @param judgeAgain how long after a refused message, while no other came
 */
record WorkloadApiTiming(
    Duration firstRetry, Duration longestRetry, Duration firstAnswer, Duration judgeAgain) {
  static final WorkloadApiTiming DEFAULT =
      new WorkloadApiTiming(
          Duration.ofMillis(200),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5));
}

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
 * @param ping whether an open stream on which nothing is said has somebody at its far end
 */
record WorkloadApiTiming(
    Duration firstRetry,
    Duration longestRetry,
    Duration firstAnswer,
    Duration judgeAgain,
    Ping ping) {

  /**
   * SPIRE's agent sets no keepalive policy, so grpc-go's holds: who pings more often than each 5
   * minutes is sent away (too_many_pings).
   *
   * @param every gRPC takes 10 s for less
   * @param patience for the answer
   */
  record Ping(Duration every, Duration patience) {}

  static final WorkloadApiTiming DEFAULT =
      new WorkloadApiTiming(
          Duration.ofMillis(200),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          new Ping(Duration.ofMinutes(6), Duration.ofSeconds(20)));
}

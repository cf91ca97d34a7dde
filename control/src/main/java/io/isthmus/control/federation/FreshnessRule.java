package io.isthmus.control.federation;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.TrustBundle;
import java.time.Duration;
import java.util.Optional;

/**
 * What is said about freshness. The words change only when something does: they have no times and
 * no names of replicas, so that replicas that see the same say the same.
 */
final class FreshnessRule {
  static final String FETCHED = "Fetched";
  static final String FAILING = "FetchFailing";
  static final String STALE = "Stale";
  private static final int HINTS = 3;

  private FreshnessRule() {}

  /** Older than that without a good look is an alarm. */
  static Duration staleAfter(Duration hint) {
    return hint.multipliedBy(HINTS);
  }

  /**
   * @param age since the last good look
   */
  static Condition judge(FederatedDomain domain, Look look, Duration age) {
    return switch (look) {
      case Look.Good(TrustBundle bundle) ->
          condition(
              domain,
              Condition.TRUE,
              FETCHED,
              "%s serves sequence %d of %s; looked at at least every %ds"
                  .formatted(
                      domain.endpoint().url(),
                      bundle.sequence(),
                      domain.trustDomain(),
                      RefreshPace.hint(Optional.of(bundle)).toSeconds()));
      case Look.Failed failed -> failed(domain, failed, age);
    };
  }

  private static Condition failed(FederatedDomain domain, Look.Failed failed, Duration age) {
    String cause = domain.endpoint().url() + ": " + failed.message();
    String next = failed.failure().next();
    if (failed.kept().isEmpty()) {
      return condition(
          domain,
          Condition.FALSE,
          failed.failure().word(),
          "%s; no bundle has been fetched yet; %s".formatted(cause, next));
    }
    long sequence = failed.kept().get().sequence();
    if (failed.failure().weight() == FetchFailure.Weight.REFUSAL) {
      return condition(
          domain,
          Condition.FALSE,
          failed.failure().word(),
          "%s; sequence %d stays in force; %s".formatted(cause, sequence, next));
    }
    Duration bound = staleAfter(RefreshPace.hint(failed.kept()));
    return age.compareTo(bound) > 0
        ? condition(
            domain,
            Condition.FALSE,
            STALE,
            "%s; sequence %d stays in force, not confirmed for more than %ds; %s"
                .formatted(cause, sequence, bound.toSeconds(), next))
        : condition(
            domain,
            Condition.TRUE,
            FAILING,
            "%s; sequence %d stays in force; %s".formatted(cause, sequence, next));
  }

  private static Condition condition(
      FederatedDomain domain, String status, String reason, String message) {
    return new Condition(
        TrustDomainStatus.BUNDLE_FRESH, status, reason, message, domain.generation(), null);
  }
}

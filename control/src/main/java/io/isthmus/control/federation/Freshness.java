package io.isthmus.control.federation;

import io.isthmus.api.Condition;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What looks at endpoints found and no status says yet, by the TrustDomain's name. A replica speaks
 * once for each of its looks: replicas that see different things take turns, at the pace of looks,
 * and never write against each other at the pace of the API. Safe to share.
 */
public final class Freshness {
  private final Map<String, Condition> unsaid = new ConcurrentHashMap<>();

  void found(String trustDomain, Condition condition) {
    unsaid.put(trustDomain, condition);
  }

  void forget(String trustDomain) {
    unsaid.remove(trustDomain);
  }

  /** Without the time of its transition. */
  public Optional<Condition> unsaid(String trustDomain) {
    return Optional.ofNullable(unsaid.get(trustDomain));
  }

  /** The status says it now. */
  public void said(String trustDomain, Condition condition) {
    unsaid.computeIfPresent(
        trustDomain, (_, waiting) -> waiting.saysTheSameAs(condition) ? null : waiting);
  }
}

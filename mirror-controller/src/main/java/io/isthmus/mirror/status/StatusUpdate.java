package io.isthmus.mirror.status;

import io.isthmus.api.Condition;
import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.api.trust.TrustEnforcement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The next status of a Link, if it says anything that the present one does not. */
public record StatusUpdate(
    List<Finding> findings,
    List<GatewayStatus> gateways,
    int services,
    int endpoints,
    Trust trust) {

  /**
   * What the peer makes of this cluster's own trust domain.
   *
   * @param enforcement as the peer says
   * @param canary as its gateways did; empty while none is due
   */
  public record Trust(Optional<TrustEnforcement> enforcement, Optional<CanaryStatus> canary) {
    public static final Trust UNKNOWN = new Trust(Optional.empty(), Optional.empty());
  }

  /**
   * @param generation of the spec that the findings are about
   * @param now RFC 3339
   */
  public Optional<LinkStatus> over(
      @Nullable LinkStatus present, @Nullable Long generation, String now) {
    LinkStatus former = present == null ? LinkStatus.empty() : present;
    List<Condition> conditions = new ArrayList<>();
    for (Finding finding : findings) {
      Condition condition =
          new Condition(
                  finding.type(),
                  finding.status(),
                  finding.reason(),
                  finding.message(),
                  generation,
                  null)
              .after(former.conditions(), now);
      conditions.add(condition);
    }
    LinkStatus next =
        new LinkStatus(
            conditions,
            gateways,
            services,
            endpoints,
            trust.enforcement().orElse(null),
            trust.canary().orElse(null));
    return saysTheSame(former, next) ? Optional.empty() : Optional.of(next);
  }

  private static boolean saysTheSame(LinkStatus former, LinkStatus next) {
    if (former.conditions().size() != next.conditions().size()) {
      return false;
    }
    for (Condition condition : next.conditions()) {
      if (Condition.find(former.conditions(), condition.type())
          .filter(condition::saysTheSameAs)
          .isEmpty()) {
        return false;
      }
    }
    return former.gateways().equals(next.gateways())
        && Objects.equals(former.services(), next.services())
        && Objects.equals(former.endpoints(), next.endpoints())
        && Objects.equals(former.enforcement(), next.enforcement())
        && Objects.equals(former.canary(), next.canary());
  }
}

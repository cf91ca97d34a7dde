package io.isthmus.mirror.link;

import io.isthmus.api.Condition;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.mirror.plan.Verdict;
import io.isthmus.mirror.probe.Liveness;
import io.isthmus.mirror.probe.PathReport;
import io.isthmus.mirror.probe.ProbeFailure;
import io.isthmus.mirror.status.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What the status says of a gateway's addresses. */
final class GatewayReport {
  private static final String TYPE = LinkStatus.GATEWAY_REACHABLE;
  private final Map<GatewayAddress, ShownTime> shown = new HashMap<>();
  private final PathStatus paths = new PathStatus();

  List<GatewayStatus> statuses(
      SortedMap<GatewayAddress, Liveness> addresses,
      Map<GatewayAddress, PathReport> measured,
      String identity) {
    paths.keep(measured);
    shown.keySet().retainAll(addresses.keySet());
    List<GatewayStatus> statuses = new ArrayList<>();
    addresses.forEach((address, liveness) -> {
      ShownTime rtt = shown.computeIfAbsent(address, fresh -> new ShownTime());
      statuses.add(
          new GatewayStatus(
              address.toString(),
              identity,
              switch (liveness.verdict()) {
                case ALIVE -> Condition.TRUE;
                case DEAD -> Condition.FALSE;
                case UNKNOWN -> Condition.UNKNOWN;
              },
              rtt.show(liveness.rtt()),
              liveness.since().toString(),
              liveness
                  .failure()
                  .map(failure -> new LinkStatus.Problem(failure.reason(), failure.message()))
                  .orElse(null),
              paths.of(address)));
    });
    return statuses;
  }

  static Finding finding(SortedMap<GatewayAddress, Liveness> addresses) {
    if (addresses.isEmpty()) {
      return Finding.no(
          TYPE,
          "NoAddress",
          "the peer's gateway has no address: expected one in its Service's status.loadBalancer, or"
              + " in spec.gateway.addresses");
    }
    List<String> dead = new ArrayList<>();
    int alive = 0;
    for (var entry : addresses.entrySet()) {
      if (entry.getValue().verdict() == Verdict.ALIVE) {
        alive++;
      } else if (entry.getValue().verdict() == Verdict.DEAD) {
        dead.add(
            entry.getKey()
                + ": "
                + entry.getValue().failure().map(ProbeFailure::message).orElse("no answer"));
      }
    }
    if (alive > 0) {
      return dead.isEmpty()
          ? Finding.yes(
              TYPE, "ProbesSucceed", alive + " of " + addresses.size() + " addresses answer")
          : Finding.yes(
              TYPE, "SomeAddressesDown", "not reachable through the data path: " + first(dead));
    }
    return dead.isEmpty()
        ? Finding.unknown(TYPE, "Probing", "no probe has ended yet")
        : Finding.no(TYPE, "ProbesFail", "not reachable through the data path: " + first(dead));
  }

  private static String first(List<String> dead) {
    return dead.size() == 1
        ? dead.getFirst()
        : dead.getFirst() + " (and " + (dead.size() - 1) + " more)";
  }
}

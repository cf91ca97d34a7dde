package io.isthmus.mirror.link;

import io.isthmus.api.Condition;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.mirror.plan.GatewayAddress;
import io.isthmus.mirror.plan.Verdict;
import io.isthmus.mirror.probe.Liveness;
import io.isthmus.mirror.status.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the status says of a gateway's addresses. A round-trip time is shown anew only when it has
 * changed by more than half, so that the status is not written at every probe.
 */
final class GatewayReport {
  private static final String TYPE = LinkStatus.GATEWAY_REACHABLE;
  private final Map<GatewayAddress, Duration> shown = new HashMap<>();

  List<GatewayStatus> statuses(SortedMap<GatewayAddress, Liveness> addresses, String identity) {
    shown.keySet().retainAll(addresses.keySet());
    List<GatewayStatus> statuses = new ArrayList<>();
    addresses.forEach((address, liveness) -> {
      liveness.rtt().ifPresent(rtt -> show(address, rtt));
      Duration rtt = shown.get(address);
      statuses.add(
          new GatewayStatus(
              address.toString(),
              identity,
              switch (liveness.verdict()) {
                case ALIVE -> Condition.TRUE;
                case DEAD -> Condition.FALSE;
                case UNKNOWN -> Condition.UNKNOWN;
              },
              rtt == null ? null : format(rtt),
              liveness.since().toString()));
    });
    return statuses;
  }

  private void show(GatewayAddress address, Duration rtt) {
    Duration present = shown.get(address);
    if (present == null
        || rtt.multipliedBy(2).compareTo(present) < 0
        || rtt.compareTo(present.multipliedBy(2)) > 0) {
      shown.put(address, rtt);
    }
  }

  private static String format(Duration rtt) {
    return String.format(Locale.ROOT, "%.1fms", rtt.toNanos() / 1e6);
  }

  static Finding finding(SortedMap<GatewayAddress, Liveness> addresses) {
    if (addresses.isEmpty()) {
      return Finding.no(
          TYPE,
          "NoAddress",
          "the peer's gateway has no address: expected one in its Service's status.loadBalancer, or in spec.gateway.addresses");
    }
    List<String> dead = new ArrayList<>();
    int alive = 0;
    for (var entry : addresses.entrySet()) {
      if (entry.getValue().verdict() == Verdict.ALIVE) {
        alive++;
      } else if (entry.getValue().verdict() == Verdict.DEAD) {
        dead.add(entry.getKey() + ": " + entry.getValue().failure().orElse("no answer"));
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

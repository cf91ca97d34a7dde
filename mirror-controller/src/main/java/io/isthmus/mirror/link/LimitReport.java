package io.isthmus.mirror.link;

import io.isthmus.api.link.LinkStatus;
import io.isthmus.mirror.plan.PeerLimits;
import io.isthmus.mirror.status.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the peer is left out because it is too much.
 *
 * @param exports how many are not mirrored
 * @param gateways how many addresses are not followed
 * @param events how many problems have no Event
 */
record LimitReport(int exports, int gateways, int events) {
  private static final String TYPE = LinkStatus.WITHIN_LIMITS;

  static Finding unknown() {
    return Finding.unknown(TYPE, "ListsIncomplete", "the peer's lists are not complete yet");
  }

  Finding finding() {
    List<String> cut = new ArrayList<>();
    if (exports > 0) {
      cut.add(
          "%d exports beyond the first %d by name are not mirrored: unexport some in the peer, or narrow spec.import.selector"
              .formatted(exports, PeerLimits.EXPORTS));
    }
    if (gateways > 0) {
      cut.add(
          "%d gateway addresses beyond the first %d are not followed: name those to use in spec.gateway.addresses"
              .formatted(gateways, PeerLimits.GATEWAYS));
    }
    if (events > 0) {
      cut.add(
          "%d problems have no Event, after %d in this hour: condition %s says what they are about"
              .formatted(events, PeerLimits.EVENTS_AN_HOUR, LinkStatus.SYNCED));
    }
    return cut.isEmpty()
        ? Finding.yes(TYPE, "AllTaken", "nothing of the peer is left out")
        : Finding.no(TYPE, "PeerCut", String.join("; ", cut));
  }
}

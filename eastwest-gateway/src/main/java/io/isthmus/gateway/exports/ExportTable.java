package io.isthmus.gateway.exports;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.canary.Canary;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.relay.EndReason;
import java.util.Locale;

/** The table of exports, per peer: what is not in it is denied, and looks as if it were not. */
final class ExportTable {
  /** Answered by every gateway itself; not a name that a Service can have. */
  static final String PROBE = "probe.gateway.isthmus.io:15008";

  static final int DENIED = 401;
  static final int UNAVAILABLE = 503;

  private ExportTable() {}

  static Verdict verdict(MeshConfig config, SpiffeId caller, String authority) {
    String key = authority.toLowerCase(Locale.ROOT);
    if (key.equals(PROBE)) {
      return new Verdict.Probe();
    }
    if (key.equals(Canary.AUTHORITY)) {
      return canary(caller);
    }
    InboundRoute route = config.inbound().routes().get(key);
    if (route == null || !route.allowed().contains(caller.trustDomain())) {
      // One answer for both: a peer does not learn what exists and is not for it.
      return new Verdict.Denied(
          DENIED,
          EndReason.DENIED,
          "not exported: %s is not in the exports to %s".formatted(key, caller.trustDomain()));
    }
    Cluster cluster = config.clusters().get(route.cluster());
    if (cluster == null) {
      return new Verdict.Denied(
          UNAVAILABLE,
          EndReason.NO_ENDPOINT,
          "export %s is of cluster %s, which is not known yet".formatted(key, route.cluster()));
    }
    return new Verdict.Export(route, cluster);
  }

  private static Verdict canary(SpiffeId caller) {
    SpiffeId expected = Canary.of(caller.trustDomain());
    return caller.equals(expected)
        ? new Verdict.Canary()
        : new Verdict.Denied(
            DENIED, EndReason.DENIED, "canaries are for %s alone".formatted(expected));
  }
}

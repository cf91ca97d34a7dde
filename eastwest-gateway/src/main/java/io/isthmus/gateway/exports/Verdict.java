package io.isthmus.gateway.exports;

import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.relay.EndReason;

/** What becomes of a request. */
sealed interface Verdict {

  /** It goes to an endpoint of {@code cluster}, as the route says. */
  record Export(InboundRoute route, Cluster cluster) implements Verdict {}

  /** It is answered here, so that a prober learns that this gateway works. */
  record Probe() implements Verdict {}

  /** It is answered here: a peer's next issuer is tried out on this gateway. */
  record Canary() implements Verdict {}

  record Denied(int status, EndReason reason, String detail) implements Verdict {}
}

package io.isthmus.control.enforcement;

import io.isthmus.certs.TrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One report of a proxy.
 *
 * @param at when it was received, by the clock here
 * @param skew the proxy's clock less the one here; what the message was on its way counts as skew
 */
record Reported(
    Map<TrustDomain, Generation> inForce,
    List<Refused> refused,
    Optional<Leaf> leaf,
    List<Connections> connections,
    Instant at,
    Duration skew) {
  Reported {
    inForce = Map.copyOf(inForce);
    refused = List.copyOf(refused);
    connections = List.copyOf(connections);
  }

  record Generation(long sequence, String digest) {}

  record Refused(TrustDomain trustDomain, Generation generation, String reason) {}

  /**
   * @param issuer SHA-256, in hexadecimal
   */
  record Leaf(String issuer, Instant notAfter) {}

  /**
   * @param anchor SHA-256, in hexadecimal
   */
  record Connections(TrustDomain trustDomain, String anchor, int live) {}
}

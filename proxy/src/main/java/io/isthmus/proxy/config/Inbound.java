package io.isthmus.proxy.config;

import io.isthmus.certs.TrustDomain;
import java.util.Map;

/**
 * What callers may ask for, and who they may be. What is not in the table does not exist.
 *
 * @param trustDomains those whose identities may connect, with the cluster each belongs to
 * @param routes by authority, lower case
 */
public record Inbound(Map<TrustDomain, String> trustDomains, Map<String, InboundRoute> routes) {
  public static final Inbound NONE = new Inbound(Map.of(), Map.of());

  public Inbound {
    trustDomains = Map.copyOf(trustDomains);
    routes = Map.copyOf(routes);
  }
}

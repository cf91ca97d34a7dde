package io.isthmus.proxy.inbound;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tunnel.Caller;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Decides on one request. Fails closed: what no line here allows is refused.
 *
 * <ul>
 *   <li>{@code ip:port}: only from the own trust domain, only if the IP is the one the caller
 *       connected to, never a port of this proxy.
 *   <li>{@code fqdn:port}: only if the table has it, and the caller's trust domain with it.
 *   <li>{@code forwarded} is believed from the own cluster's gateway only; there it must be
 *       readable, or the gateway's own rights would be lent to whoever it could not name.
 * </ul>
 */
final class Admission {
  private final TrustDomain own;
  private final SpiffeId gateway;
  private final OwnAddresses proxy;

  Admission(TrustDomain own, SpiffeId gateway, OwnAddresses proxy) {
    this.own = own;
    this.gateway = gateway;
    this.proxy = proxy;
  }

  Decision decide(MeshConfig config, Caller caller, ConnectRequest request) {
    SpiffeId peer = caller.peer().id();
    String header = request.headers().get("forwarded");
    if (header == null || !peer.equals(gateway)) {
      return decide(config, caller, request.authority(), peer);
    }
    return Forwarded.caller(header)
        .map(who -> decide(config, caller, request.authority(), who))
        .orElseGet(() -> unreadable(header));
  }

  private Decision decide(MeshConfig config, Caller caller, String authority, SpiffeId who) {
    return switch (Authority.parse(authority)) {
      case Authority.Malformed(String text) ->
          refused(400, EndReason.MALFORMED, "authority \"" + text + "\": expected host:port");
      case Authority.Address(InetSocketAddress address) -> address(address, caller, who);
      case Authority.Service asked -> service(config, asked, who);
    };
  }

  private static Decision unreadable(String header) {
    return refused(
        400,
        EndReason.MALFORMED,
        "forwarded \"" + header + "\" from the gateway: expected for=\"spiffe://...\"");
  }

  private Decision address(InetSocketAddress address, Caller caller, SpiffeId who) {
    if (!address.getAddress().equals(caller.local().getAddress())) {
      return refused(
          400,
          EndReason.MALFORMED,
          "authority %s: expected the address that was connected to, %s"
              .formatted(Party.text(address), caller.local().getAddress().getHostAddress()));
    }
    if (proxy.isProxyPort(address.getPort())) {
      return refused(400, EndReason.LOOP, Party.text(address) + " is a port of this proxy itself");
    }
    if (!who.trustDomain().equals(own)) {
      return refused(
          401,
          EndReason.DENIED,
          "%s may not ask for an address: only %s may, others ask for exported Services"
              .formatted(who, own));
    }
    return new Decision.Allowed(address, who, Optional.empty());
  }

  private Decision service(MeshConfig config, Authority.Service asked, SpiffeId who) {
    String key = asked.key();
    InboundRoute route = config.inbound().routes().get(key);
    if (route == null) {
      return refused(
          503,
          EndReason.UNKNOWN_DESTINATION,
          "\"" + key + "\" is no Service of the application beside this proxy");
    }
    if (!route.allowed().contains(who.trustDomain())) {
      return refused(
          401,
          EndReason.DENIED,
          "%s may not reach %s: it is not exported to %s".formatted(who, key, who.trustDomain()));
    }
    Cluster cluster = config.clusters().get(route.cluster());
    if (cluster == null || cluster.endpoints().isEmpty()) {
      return refused(503, EndReason.NO_ENDPOINT, "cluster " + route.cluster() + " has no endpoint");
    }
    InetSocketAddress target = cluster.endpoints().getFirst().address();
    if (proxy.isProxy(target)) {
      return refused(400, EndReason.LOOP, Party.text(target) + " is this proxy itself");
    }
    // several Services may share the application's port, so the cluster does not know which this is
    return new Decision.Allowed(target, who, asked.name().or(() -> Optional.of(cluster.service())));
  }

  private static Decision refused(int status, EndReason reason, String detail) {
    return new Decision.Refused(status, reason, detail);
  }
}

package io.isthmus.proxy.outbound;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.relay.EndReason;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks up what applications ask for. */
public final class Destinations {
  private final ConfigSource config;
  private final OwnAddresses own;
  private final UnknownDestinations unknown;
  private final String scope;

  /**
   * Creates the look-up.
   *
   * @param scope where names are looked up, for messages: {@code namespace shop of cluster west}
   */
  public Destinations(
      ConfigSource config, OwnAddresses own, UnknownDestinations unknown, String scope) {
    this.config = config;
    this.own = own;
    this.unknown = unknown;
    this.scope = scope;
  }

  /** {@code host} is a name or an IP address, without brackets. */
  public Destination byHost(String host, int port) {
    byte @Nullable [] ip = NetUtil.createByteArrayFromIpAddressString(host);
    if (ip != null) {
      return byAddress(address(ip, port));
    }
    MeshConfig current = config.current();
    String name = withoutTrailingDot(host).toLowerCase(Locale.ROOT) + ":" + port;
    String cluster = current.names().get(name);
    if (cluster == null) {
      return unknown("\"" + name + "\" is no Service that this proxy knows in " + scope);
    }
    return known(current, cluster);
  }

  public Destination byAddress(InetSocketAddress address) {
    if (own.isProxy(address)) {
      return new Destination.Refused(
          EndReason.LOOP,
          Party.text(address) + " is this proxy itself: a connection to it would loop");
    }
    MeshConfig current = config.current();
    String cluster = current.virtualAddresses().get(address);
    if (cluster != null) {
      return known(current, cluster);
    }
    return switch (unknown) {
      case PASS -> new Destination.Passthrough(new Endpoint(address, new Tunnel.Plain(), true));
      case REFUSE ->
          unknown(
              "\""
                  + Party.text(address)
                  + "\" is no Service's address in "
                  + scope
                  + ", and unknown-destinations is refuse");
    };
  }

  private Destination known(MeshConfig current, String name) {
    Cluster cluster = current.clusters().get(name);
    return cluster == null
        ? new Destination.Refused(EndReason.NO_ENDPOINT, "cluster " + name + " has no endpoints")
        : new Destination.Service(cluster);
  }

  private Destination unknown(String detail) {
    return config.since().equals(Instant.EPOCH)
        ? new Destination.Refused(
            EndReason.NOT_READY, "the control plane was not heard yet: " + detail)
        : new Destination.Refused(EndReason.UNKNOWN_DESTINATION, detail);
  }

  private static String withoutTrailingDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static InetSocketAddress address(byte[] ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}

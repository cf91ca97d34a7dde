package io.isthmus.mirror.plan;

import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.LinkSpec;
import java.net.InetSocketAddress;
import java.util.Comparator;

/** One address of the peer's gateway: a literal IP and a port. */
public record GatewayAddress(String ip, int port) implements Comparable<GatewayAddress> {
  private static final Comparator<GatewayAddress> ORDER =
      Comparator.comparing(GatewayAddress::ip).thenComparing(GatewayAddress::port);

  public static GatewayAddress of(LinkSpec.Address address) {
    Integer port = address.port();
    return new GatewayAddress(address.ip(), port == null ? ObjectNames.GATEWAY_PORT : port);
  }

  boolean isV6() {
    return ip.indexOf(':') >= 0;
  }

  String family() {
    return isV6() ? "IPv6" : "IPv4";
  }

  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(java.net.InetAddress.ofLiteral(ip), port);
  }

  @Override
  public int compareTo(GatewayAddress other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return isV6() ? "[" + ip + "]:" + port : ip + ":" + port;
  }
}

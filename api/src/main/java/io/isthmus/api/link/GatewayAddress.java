package io.isthmus.api.link;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.isthmus.api.ObjectNames;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** One address of a gateway, as a Link's status names it: a literal IP and a port. */
public record GatewayAddress(String ip, int port) implements Comparable<GatewayAddress> {
  private static final Comparator<GatewayAddress> ORDER =
      Comparator.comparing(GatewayAddress::ip).thenComparing(GatewayAddress::port);

  public static GatewayAddress of(LinkSpec.Address address) {
    Integer port = address.port();
    return new GatewayAddress(address.ip(), port == null ? ObjectNames.GATEWAY_PORT : port);
  }

  /**
   * Of what {@link #toString} makes.
   *
   * @throws IllegalArgumentException when it is no literal IP and port
   */
  public static GatewayAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, Math.max(0, colon));
    boolean isBracketed = host.startsWith("[") && host.endsWith("]");
    GatewayAddress address =
        new GatewayAddress(
            isBracketed ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(text.substring(colon + 1)));
    address.socketAddress(); // refuses what is none
    return address;
  }

  /** Where a gateway's Service is reached from outside its cluster, by what its status says. */
  public static Set<GatewayAddress> of(Service gateway) {
    int port =
        Objects.requireNonNullElse(gateway.getSpec().getPorts(), List.<ServicePort>of()).stream()
            .filter(candidate -> ObjectNames.GATEWAY_PORT_NAME.equals(candidate.getName()))
            .map(ServicePort::getPort)
            .findFirst()
            .orElse(ObjectNames.GATEWAY_PORT);
    Set<GatewayAddress> addresses = new TreeSet<>();
    for (LoadBalancerIngress ingress : ingresses(gateway)) {
      if (ingress.getIp() != null) {
        addresses.add(new GatewayAddress(ingress.getIp(), port));
      }
    }
    return addresses;
  }

  private static List<LoadBalancerIngress> ingresses(Service gateway) {
    if (gateway.getStatus() == null || gateway.getStatus().getLoadBalancer() == null) {
      return List.of();
    }
    return Objects.requireNonNullElse(
        gateway.getStatus().getLoadBalancer().getIngress(), List.of());
  }

  public boolean isV6() {
    return ip.indexOf(':') >= 0;
  }

  public String family() {
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

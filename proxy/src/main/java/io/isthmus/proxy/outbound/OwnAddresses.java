package io.isthmus.proxy.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Predicate;

/** The ports this process listens on, so that nobody is connected to the proxy itself. */
public final class OwnAddresses {
  private final Set<Integer> ports;
  private final Predicate<InetAddress> local;

  /** {@code local} says whether an address is this pod's. */
  public OwnAddresses(Set<Integer> ports, Predicate<InetAddress> local) {
    this.ports = Set.copyOf(ports);
    this.local = local;
  }

  public boolean isProxy(InetSocketAddress address) {
    return ports.contains(address.getPort()) && local.test(address.getAddress());
  }

  /** Whether a port is one of this process, on whichever address. */
  public boolean isProxyPort(int port) {
    return ports.contains(port);
  }
}

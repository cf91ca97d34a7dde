package io.isthmus.proxy.config;

import java.net.InetSocketAddress;

/**
 * One place where a cluster's bytes may go.
 *
 * @param address of the application, or of the gateway
 * @param healthy what the control plane says; what a proxy finds out by itself is in {@code
 *     balance}
 */
public record Endpoint(InetSocketAddress address, Tunnel tunnel, boolean healthy) {
  public Endpoint {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("endpoint " + address + ": expected an IP address");
    }
  }
}

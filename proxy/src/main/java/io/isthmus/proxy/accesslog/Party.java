package io.isthmus.proxy.accesslog;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One side of a connection. What is not known is empty and left out of the log.
 *
 * @param address {@code ip:port}, IPv6 in brackets, or the name that was asked for
 * @param identity SPIFFE ID, verified
 */
public record Party(String address, String identity, String cluster) {
  public static final Party UNKNOWN = new Party("", "", "");

  public static Party at(SocketAddress address) {
    return UNKNOWN.withAddress(text(address));
  }

  public Party withAddress(String value) {
    return new Party(value, identity, cluster);
  }

  public Party withIdentity(String value) {
    return new Party(address, value, cluster);
  }

  public Party withCluster(String value) {
    return new Party(address, identity, value);
  }

  public static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? NetUtil.toSocketAddressString(inet)
        : address.toString();
  }
}

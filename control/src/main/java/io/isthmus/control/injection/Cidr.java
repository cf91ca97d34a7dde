package io.isthmus.control.injection;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A network.
 *
 * @param address its first address
 * @param prefix bits that are the same in all of its addresses
 */
record Cidr(InetAddress address, int prefix) {
  Cidr {
    byte[] bytes = address.getAddress();
    if (prefix < 0 || prefix > bytes.length * Byte.SIZE) {
      throw new IllegalArgumentException(
          "/%d, expected a prefix of 0 to %d bits".formatted(prefix, bytes.length * Byte.SIZE));
    }
  }

  /** Nothing where {@code text} is none: names are not looked up. */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Cidr(
              InetAddress.ofLiteral(text.substring(0, slash)),
              Integer.parseInt(text.substring(slash + 1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean isIpv4() {
    return address instanceof Inet4Address;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}

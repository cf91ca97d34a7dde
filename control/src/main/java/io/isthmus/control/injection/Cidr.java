package io.isthmus.control.injection;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network.
 *
 * @param address its first address
 * @param prefix bits that are the same in all of its addresses
 */
public record Cidr(InetAddress address, int prefix) {
  public Cidr {
    byte[] bytes = address.getAddress();
    if (prefix < 0 || prefix > bytes.length * Byte.SIZE) {
      throw new IllegalArgumentException(
          "/%d, expected a prefix of 0 to %d bits".formatted(prefix, bytes.length * Byte.SIZE));
    }
  }

  /** Without zones, and IPv4 with all four of its numbers: Java takes 10.1 for 10.0.0.1. */
  private static final Pattern WRITTEN =
      Pattern.compile("([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)/[0-9]{1,3}");

  /** Nothing where {@code text} is none: names are not looked up. */
  public static Optional<Cidr> parse(String text) {
    if (!WRITTEN.matcher(text).matches()) {
      return Optional.empty();
    }
    int slash = text.indexOf('/');
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

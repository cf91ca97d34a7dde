package io.isthmus.proxy.inbound;

import io.isthmus.proxy.config.ServiceName;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a CONNECT asks for. */
sealed interface Authority {
  Pattern SERVICE =
      Pattern.compile("(?<name>[^.]+)\\.(?<namespace>[^.]+)\\.svc\\..+:(?<port>\\d+)");

  /** {@code ip:port}, or {@code [ipv6]:port}. */
  record Address(InetSocketAddress address) implements Authority {}

  /** {@code fqdn:port} in lower case: a key, never looked up in DNS. */
  record Service(String key) implements Authority {
    /** The Service that {@code name.namespace.svc.<cluster domain>:port} names. */
    Optional<ServiceName> name() {
      Matcher parts = SERVICE.matcher(key);
      return parts.matches()
          ? Optional.of(
              new ServiceName(
                  parts.group("namespace"),
                  parts.group("name"),
                  Integer.parseInt(parts.group("port")),
                  Optional.empty()))
          : Optional.empty();
    }
  }

  record Malformed(String text) implements Authority {}

  static Authority parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      return new Malformed(text);
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > 65535) {
      return new Malformed(text);
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      return new Malformed(text);
    }
    byte @Nullable [] ip =
        NetUtil.createByteArrayFromIpAddressString(
            bracketed ? host.substring(1, host.length() - 1) : host);
    if (ip != null) {
      return address(ip, port);
    }
    return bracketed ? new Malformed(text) : new Service(text.toLowerCase(Locale.ROOT));
  }

  private static Authority address(byte[] ip, int port) {
    try {
      return new Address(new InetSocketAddress(InetAddress.getByAddress(ip), port));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}

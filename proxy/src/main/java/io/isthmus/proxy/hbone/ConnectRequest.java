package io.isthmus.proxy.hbone;

import java.util.Map;

/**
 * A CONNECT request.
 *
 * @param authority {@code ip:port}, {@code [ipv6]:port} or {@code fqdn:port}
 * @param headers the regular headers, lower case: {@code baggage}, {@code forwarded}, {@code
 *     traceparent}
 */
public record ConnectRequest(String authority, Map<String, String> headers) {
  public ConnectRequest {
    if (authority.isEmpty()) {
      throw new IllegalArgumentException("authority is empty, expected host:port");
    }
    headers = Map.copyOf(headers);
  }

  public ConnectRequest(String authority) {
    this(authority, Map.of());
  }
}

package io.isthmus.proxy.hbone;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * A request is a tunnel: {@code CONNECT} with {@code :method} and {@code :authority} and no other
 * pseudo-header (RFC 9113, section 8.5), where the authority is {@code host:port}.
 */
final class ConnectOnly implements RequestRules {

  @Override
  public @Nullable String violation(Http2Headers headers) {
    CharSequence method = headers.method();
    if (method == null || !AsciiString.contentEquals(method, "CONNECT")) {
      return "method is " + (method == null ? "missing" : "not CONNECT") + ", expected CONNECT";
    }
    if (headers.scheme() != null) {
      return ":scheme in a CONNECT";
    }
    if (headers.path() != null) {
      return ":path in a CONNECT";
    }
    if (headers.contains(":protocol")) {
      return ":protocol in a CONNECT";
    }
    if (headers.status() != null) {
      return ":status in a request";
    }
    if (headers.contains("content-length")) {
      return "content-length in a CONNECT";
    }
    return authority(headers);
  }

  private static @Nullable String authority(Http2Headers headers) {
    CharSequence authority = headers.authority();
    if (authority == null) {
      return ":authority is missing";
    }
    if (!isHostAndPort(authority.toString())) {
      return ":authority is not host:port";
    }
    CharSequence host = headers.get("host");
    if (host != null && !AsciiString.contentEqualsIgnoreCase(host, authority)) {
      return "host differs from :authority";
    }
    return null;
  }

  private static boolean isHostAndPort(String authority) {
    int colon = authority.lastIndexOf(':');
    if (colon < 1 || authority.length() > 255 + 6) {
      return false;
    }
    boolean bracketed = authority.charAt(0) == '[' && authority.charAt(colon - 1) == ']';
    int from = bracketed ? 1 : 0;
    int to = bracketed ? colon - 1 : colon;
    if (from >= to) {
      return false;
    }
    for (int i = from; i < to; i++) {
      char c = authority.charAt(i);
      boolean name = Character.isLetterOrDigit(c) && c < 128 || c == '.' || c == '-' || c == '_';
      if (!name && !(bracketed && (c == ':' || c == '%'))) {
        return false;
      }
    }
    return isPort(authority.substring(colon + 1));
  }

  private static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port > 0 && port <= 65_535;
  }
}

package io.isthmus.proxy.hbone;

import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Takes well-formed requests of any method: h2spec sends GET and POST. */
final class AnyRequest implements RequestRules {

  @Override
  public @Nullable String violation(Http2Headers headers) {
    if (headers.status() != null) {
      return ":status in a request";
    }
    if (headers.method() == null || headers.scheme() == null) {
      return ":method or :scheme is missing";
    }
    CharSequence path = headers.path();
    if (path == null || path.isEmpty()) {
      return ":path is missing or empty";
    }
    return headers.contains("content-length") ? "content-length" : null;
  }
}

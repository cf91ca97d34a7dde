package io.isthmus.proxy.hbone;

import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which well-formed requests a server takes. There is one form in the product, {@link ConnectOnly};
 * the other one lives in the tests, where h2spec sends plain requests.
 */
interface RequestRules {

  /** Why the request is refused with 400; null when it is taken. */
  @Nullable String violation(Http2Headers headers);
}

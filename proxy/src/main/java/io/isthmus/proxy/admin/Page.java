package io.isthmus.proxy.admin;

import java.nio.charset.StandardCharsets;

/** An HTTP answer. */
public record Page(int status, String contentType, byte[] body) {
  private static final String TEXT = "text/plain; charset=utf-8";

  public static Page text(int status, String body) {
    return new Page(status, TEXT, body.getBytes(StandardCharsets.UTF_8));
  }

  public static Page json(byte[] body) {
    return new Page(200, "application/json", body);
  }

  public static Page prometheus(String body) {
    return new Page(
        200, "text/plain; version=0.0.4; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }
}

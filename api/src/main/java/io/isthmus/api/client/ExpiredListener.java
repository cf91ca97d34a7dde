package io.isthmus.api.client;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells who watches that the revision from which it does so has expired, in the API server's own
 * words, so that all is listed anew. A server whose etcd was restored says so itself only when the
 * revisions were moved on, and else sends nothing until its own come to the one that is asked for.
 */
record ExpiredListener(WebSocket.Listener listener) implements WebSocket.Listener {
  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure",\
      "message":"the server was away","reason":"Expired","code":410}}\
      """;

  @Override
  public void onOpen(WebSocket socket) {
    listener.onOpen(socket);
    listener.onText(socket, EXPIRED, true);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    return listener.onText(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    return listener.onBinary(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
    return listener.onPing(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    return listener.onPong(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    return listener.onClose(socket, status, reason);
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    listener.onError(socket, error);
  }
}

package io.isthmus.api.client;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends a WebSocket on which nothing has come for a while, as an error. Somebody else sends pings,
 * at shorter intervals, so that there is always something to come.
 */
final class PulseListener implements WebSocket.Listener {
  /**
   * In the API server's own words, so that all is listed anew. One whose etcd was restored says so
   * itself only when the revisions were moved on, and else sends nothing until its own come to the
   * one that is asked for.
   */
  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure",\
      "message":"the server was away","reason":"Expired","code":410}}\
      """;

  private final WebSocket.Listener listener;
  private final Silence silence;
  private final Runnable lost;
  private final boolean expired;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * @param lost is run before the listener hears that the WebSocket has ended, if not in order
   * @param expired whether who watches is told first that the revision from which it does has
   *     expired
   */
  PulseListener(WebSocket.Listener listener, Duration silence, Runnable lost, boolean expired) {
    this.listener = listener;
    this.silence = new Silence(silence);
    this.lost = lost;
    this.expired = expired;
  }

  @Override
  public void onOpen(WebSocket socket) {
    silence.broken();
    silence.watch(() -> end(socket));
    listener.onOpen(socket);
    if (expired) {
      listener.onText(socket, EXPIRED, true);
    }
  }

  private boolean end(WebSocket socket) {
    if (ended.compareAndSet(false, true)) {
      socket.abort();
      lost.run();
      listener.onError(socket, new IOException("nothing came for " + silence));
    }
    return false;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    silence.broken();
    return listener.onText(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    silence.broken();
    return listener.onBinary(socket, data, last);
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
    silence.broken();
    return listener.onPing(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    silence.broken();
    return listener.onPong(socket, message);
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    if (!ended.compareAndSet(false, true)) {
      return null;
    }
    if (status != WebSocket.NORMAL_CLOSURE) {
      lost.run();
    }
    return listener.onClose(socket, status, reason);
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    if (ended.compareAndSet(false, true)) {
      lost.run();
      listener.onError(socket, error);
    }
  }
}

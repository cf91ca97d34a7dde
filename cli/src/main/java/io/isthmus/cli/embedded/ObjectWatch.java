package io.isthmus.cli.embedded;

import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One client's watch. Events leave in order, on a thread that may wait for the event loop. */
final class ObjectWatch extends WebSocketListener {
  private final AttributeSet wanted;
  private final ObjectStore store;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("watch").factory());
  private volatile @Nullable WebSocket socket;

  ObjectWatch(AttributeSet wanted, ObjectStore store) {
    this.wanted = wanted;
    this.store = store;
  }

  boolean wants(AttributeSet key) {
    return key.matches(wanted);
  }

  /** Does nothing once the watch has ended. */
  void tell(String state, Action action) {
    WebSocket open = socket;
    if (open != null) {
      String event = "{\"type\":\"%s\",\"object\":%s}".formatted(action, state);
      try {
        sender.execute(() -> open.send(event));
      } catch (RejectedExecutionException e) {
        // it ended meanwhile: nobody is there to be told
      }
    }
  }

  @Override
  public void onOpen(WebSocket opened, Response response) {
    socket = opened;
    store.begin(this);
  }

  @Override
  public void onClosing(WebSocket closing, int code, String reason) {
    sender.execute(() -> closing.close(code, reason));
  }

  @Override
  public void onClosed(WebSocket closed, int code, String reason) {
    store.end(this);
    sender.shutdown();
  }

  @Override
  public void onFailure(WebSocket failed, Throwable error, @Nullable Response response) {
    store.end(this);
    sender.shutdown();
  }
}

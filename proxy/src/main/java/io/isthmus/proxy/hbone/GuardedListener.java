package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream's listener, whose faults reach only that stream and never its siblings. There is none
 * yet while the server's handler decides in {@code onConnect}; then only the end is kept for it.
 */
final class GuardedListener {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final Consumer<RuntimeException> onFailure;
  private @Nullable StreamListener to;
  private @Nullable StreamEnd end;

  GuardedListener(Consumer<RuntimeException> onFailure) {
    this.onFailure = onFailure;
  }

  void attach(StreamListener listener) {
    to = listener;
    if (end != null) {
      onClosed(end);
    }
  }

  void onResponse(int status, WireHeaders headers) {
    StreamListener listener = to;
    if (listener != null) {
      try {
        listener.onResponse(status, headers);
      } catch (RuntimeException e) {
        onFailure.accept(e);
      }
    }
  }

  void onData(ByteBuf data) {
    StreamListener listener = to;
    if (listener == null) {
      data.release();
      return;
    }
    try {
      listener.onData(data);
    } catch (RuntimeException e) {
      onFailure.accept(e);
    }
  }

  void onReadComplete() {
    StreamListener listener = to;
    if (listener != null) {
      try {
        listener.onReadComplete();
      } catch (RuntimeException e) {
        onFailure.accept(e);
      }
    }
  }

  void onRemoteEnd() {
    StreamListener listener = to;
    if (listener != null) {
      try {
        listener.onRemoteEnd();
      } catch (RuntimeException e) {
        onFailure.accept(e);
      }
    }
  }

  void onWritabilityChanged() {
    StreamListener listener = to;
    if (listener != null) {
      try {
        listener.onWritabilityChanged();
      } catch (RuntimeException e) {
        onFailure.accept(e);
      }
    }
  }

  void onClosed(StreamEnd how) {
    end = how;
    StreamListener listener = to;
    if (listener != null) {
      try {
        listener.onClosed(how);
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("stream listener failed at the close of its stream");
      }
    }
  }
}

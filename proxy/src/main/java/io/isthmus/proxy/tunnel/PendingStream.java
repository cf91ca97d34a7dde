package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream between its CONNECT and the answer, and then a relay to the listener that was made for
 * it. States: waiting (no listener), open (listener), given up (neither; what comes is dropped).
 */
final class PendingStream<L extends StreamListener> implements StreamListener {
  private final Dial<L> dial;
  private final PooledTunnel tunnel;
  private @Nullable TunnelStream stream;
  private @Nullable StreamListener listener;
  private @Nullable Future<?> timer;
  private boolean over;

  PendingStream(Dial<L> dial, PooledTunnel tunnel) {
    this.dial = dial;
    this.tunnel = tunnel;
  }

  void open() {
    TunnelStream opened = tunnel.open(dial.request(), this);
    stream = opened;
    if (!over) {
      timer =
          opened
              .eventLoop()
              .schedule(
                  this::onTimeout,
                  tunnel.settings().answerTimeout().toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void onTimeout() {
    giveUp(
        new TunnelError.NoAnswer(
            tunnel.address(), dial.request().authority(), tunnel.settings().answerTimeout()));
  }

  private void giveUp(TunnelError error) {
    if (finish()) {
      reset();
      dial.outcome().onFailure(error);
    }
  }

  private void reset() {
    TunnelStream opened = stream;
    if (opened != null) {
      opened.reset(ErrorCode.CANCEL);
    }
  }

  /** Leaves the waiting state; false when it was left already. */
  private boolean finish() {
    boolean first = !over;
    over = true;
    Future<?> pending = timer;
    if (pending != null) {
      pending.cancel(false);
      timer = null;
    }
    return first;
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {
    TunnelStream opened = stream;
    if (over || opened == null) {
      return;
    }
    if (status != 200) {
      giveUp(new TunnelError.Refused(tunnel.address(), dial.request().authority(), status));
    } else if (!dial.isWanted()) {
      finish();
      reset();
    } else {
      finish();
      L made = dial.listenerFor(opened);
      listener = made;
      made.onResponse(status, headers);
      dial.outcome().onOpen(new OpenTunnel<>(opened, made, tunnel.peer()), tunnel);
    }
  }

  @Override
  public void onData(ByteBuf data) {
    StreamListener open = listener;
    if (open != null) {
      open.onData(data);
    } else {
      data.release(); // a stream that was given up: its credit returns when it closes
    }
  }

  @Override
  public void onReadComplete() {
    StreamListener open = listener;
    if (open != null) {
      open.onReadComplete();
    }
  }

  @Override
  public void onRemoteEnd() {
    StreamListener open = listener;
    if (open != null) {
      open.onRemoteEnd();
    }
  }

  @Override
  public void onWritabilityChanged() {
    StreamListener open = listener;
    if (open != null) {
      open.onWritabilityChanged();
    }
  }

  @Override
  public void onClosed(StreamEnd end) {
    StreamListener open = listener;
    if (open != null) {
      open.onClosed(end);
    } else if (finish()) {
      TunnelError error =
          new TunnelError.StreamLost(tunnel.address(), dial.request().authority(), end);
      switch (end) {
        case StreamEnd.ConnectionLost lost -> dial.onLost(tunnel, error);
        case StreamEnd.ResetByPeer(ErrorCode code) when code == ErrorCode.REFUSED_STREAM ->
            dial.onLost(tunnel, error);
        case StreamEnd.Clean c -> dial.outcome().onFailure(error);
        case StreamEnd.ResetByPeer r -> dial.outcome().onFailure(error);
        case StreamEnd.ResetHere r -> dial.outcome().onFailure(error);
      }
    }
  }
}

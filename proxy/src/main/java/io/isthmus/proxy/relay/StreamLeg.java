package io.isthmus.proxy.relay;

import io.isthmus.proxy.hbone.ConnectionEnd;
import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel's stream as a leg. It is the stream's listener from its first moment: what arrives
 * before the relay starts is kept (at most one stream window, since no credit is given back for
 * it).
 */
public final class StreamLeg implements Leg, StreamListener {
  private final Queue<ByteBuf> early = new ArrayDeque<>();
  private final TunnelStream stream;
  private @Nullable LegEvents events;
  private @Nullable StreamEnd end;
  private Runnable onEarlyClose = () -> {};
  private boolean remoteEnded;
  private boolean over;
  private @Nullable Leg owed;
  private int owedBytes;

  private StreamLeg(TunnelStream stream) {
    this.stream = stream;
  }

  /** The caller makes the result the stream's listener. */
  public static StreamLeg of(TunnelStream stream) {
    return new StreamLeg(stream);
  }

  /** Runs when the stream is over before a relay was started, so that a connect can be given up. */
  public void onEarlyClose(Runnable action) {
    onEarlyClose = action;
  }

  public boolean isClosed() {
    return end != null;
  }

  @Override
  public void attach(LegEvents events) {
    this.events = events;
    boolean any = !early.isEmpty();
    for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
      events.onData(data);
    }
    if (any) {
      events.onReadComplete();
    }
    if (remoteEnded && !over) {
      events.onRemoteEnd();
    }
    StreamEnd closed = end;
    if (closed != null) {
      report(events, closed);
    }
  }

  @Override
  public void write(ByteBuf data, Leg source) {
    int bytes = data.readableBytes();
    stream.write(data);
    owed = source;
    owedBytes += bytes;
    creditSource();
  }

  /** The stream's queue is short: what it took from the other leg counts as gone. */
  private void creditSource() {
    Leg source = owed;
    if (source != null && owedBytes > 0 && stream.isWritable()) {
      int bytes = owedBytes;
      owedBytes = 0;
      source.consumed(bytes);
    }
  }

  @Override
  public void flush() {
    // the connection flushes once a loop iteration
  }

  @Override
  public void end() {
    stream.end();
  }

  @Override
  public void abort() {
    over = true;
    releaseEarly();
    // RFC 9113, 8.5: an error of the TCP connection; CANCEL would read as a clean end
    stream.reset(ErrorCode.CONNECT_ERROR);
  }

  @Override
  public void close() {
    over = true;
    releaseEarly();
  }

  @Override
  public void pause() {
    // the credit that is not given back is the pause
  }

  @Override
  public void resume() {
    // as above
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void consumed(int bytes) {
    stream.consumed(bytes);
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {
    // 200: whoever opened the stream has seen it and started the relay
  }

  @Override
  public void onData(ByteBuf data) {
    LegEvents listener = events;
    if (over) {
      int bytes = data.readableBytes();
      data.release();
      stream.consumed(bytes);
    } else if (listener == null) {
      early.add(data);
    } else {
      listener.onData(data);
    }
  }

  @Override
  public void onReadComplete() {
    LegEvents listener = events;
    if (listener != null && !over) {
      listener.onReadComplete();
    }
  }

  @Override
  public void onRemoteEnd() {
    remoteEnded = true;
    LegEvents listener = events;
    if (listener != null && !over) {
      listener.onRemoteEnd();
    }
  }

  @Override
  public void onWritabilityChanged() {
    creditSource();
    LegEvents listener = events;
    if (listener != null && !over && stream.isWritable()) {
      listener.onWritable();
    }
  }

  @Override
  public void onClosed(StreamEnd closed) {
    end = closed;
    LegEvents listener = events;
    if (listener != null) {
      report(listener, closed);
    } else {
      releaseEarly();
      if (!over) {
        onEarlyClose.run();
      }
    }
  }

  private void report(LegEvents listener, StreamEnd closed) {
    if (over) {
      return;
    }
    switch (closed) {
      case StreamEnd.Clean() -> listener.onOutputEnded();
      case StreamEnd.ResetByPeer(ErrorCode code)
          when code == ErrorCode.NO_ERROR || code == ErrorCode.CANCEL -> {
        // how other implementations let go of a stream that they are done with
        over = true;
        listener.onLetGo();
      }
      case StreamEnd.ResetByPeer(ErrorCode code) -> {
        over = true;
        listener.onReset("RST_STREAM " + code);
      }
      case StreamEnd.ResetHere(ErrorCode code, String detail) -> {
        over = true;
        listener.onLost("stream reset with " + code + ": " + detail);
      }
      case StreamEnd.ConnectionLost(ConnectionEnd cause) -> {
        over = true;
        listener.onLost("tunnel lost: " + describe(cause));
      }
    }
  }

  private void releaseEarly() {
    for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
      data.release();
    }
  }

  private static String describe(ConnectionEnd cause) {
    return switch (cause) {
      case ConnectionEnd.ClosedByPeer() -> "closed by the peer";
      case ConnectionEnd.ClosedHere() -> "closed by this process";
      case ConnectionEnd.GoAwayByPeer(ErrorCode code, String debug) ->
          "GOAWAY " + code + " from the peer " + debug;
      case ConnectionEnd.ProtocolViolation(ErrorCode code, String detail) ->
          "protocol violation by the peer, " + code + ": " + detail;
      case ConnectionEnd.TransportFailed(String detail) -> detail;
    };
  }
}

package io.isthmus.proxy.relay;

import io.netty.buffer.ByteBuf;

/** One side of a relay as the other side sees it. */
public sealed interface Leg permits SocketLeg, StreamLeg {

  /** Starts delivery: what has arrived already comes at once. */
  void attach(LegEvents events);

  /** Takes ownership of the data; its bytes are credited to the source when they have left. */
  void write(ByteBuf data, Leg source);

  void flush();

  /** Half-close after everything written; {@link LegEvents#onOutputEnded} follows. */
  void end();

  /** Ends both directions at once, so that the peer sees a reset. No event follows. */
  void abort();

  /** Ends a leg whose both directions are over. No event follows. */
  void close();

  void pause();

  void resume();

  boolean isWritable();

  /** Bytes that this leg read have been written by the other one. */
  void consumed(int bytes);

  /** What happens on a leg. After {@code onLetGo}, {@code onReset} or {@code onLost}: nothing. */
  interface LegEvents {
    void onData(ByteBuf data);

    void onReadComplete();

    void onRemoteEnd();

    void onWritable();

    void onOutputEnded();

    /** The peer is done with both directions, without an error. */
    void onLetGo();

    void onReset(String detail);

    void onLost(String detail);
  }
}

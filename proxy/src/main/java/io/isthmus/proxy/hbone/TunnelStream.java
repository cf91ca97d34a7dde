package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * One tunnel: a CONNECT stream of a connection. Used on its connection's event loop only. After
 * {@link StreamListener#onClosed} every method is a no-op (written data is released).
 */
public interface TunnelStream {

  /** The HTTP/2 stream id. */
  int id();

  /**
   * Answers the CONNECT (server role, once). 200 opens the tunnel; any other status refuses it and
   * ends the stream.
   */
  void respond(int status);

  /**
   * Sends bytes to the peer. Takes ownership; queued behind the peer's windows and flushed once a
   * loop iteration. A caller that goes on writing while {@link #isWritable()} is false spends
   * memory.
   */
  void write(ByteBuf data);

  /** Half-close: END_STREAM after all queued bytes. */
  void end();

  /** Ends the stream at once in both directions; queued bytes are dropped. */
  void reset(ErrorCode code);

  /** Whether the queue is short enough to read more from the other leg. */
  boolean isWritable();

  /**
   * Gives back receive credit for bytes handed to {@link StreamListener#onData}, when they have
   * left this process. Credit of bytes not yet given back when the stream closes returns to the
   * connection by itself.
   */
  void consumed(int bytes);

  /** The loop that owns the connection. */
  EventLoop eventLoop();
}

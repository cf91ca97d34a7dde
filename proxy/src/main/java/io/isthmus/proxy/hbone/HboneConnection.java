package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection for tunnels: the last handler of a channel whose bytes are decrypted. It
 * starts when it is added to an active channel, or when the channel becomes active. Bytes always go
 * on being read: what the peer may send is bounded by the windows, not by the socket.
 *
 * <p>All methods belong to the channel's event loop.
 */
public final class HboneConnection extends ChannelDuplexHandler {

  private final Role role;
  private final HboneSettings settings;
  private final ConnectionListener listener;
  private final Function<Session, HeadersHandler> headersHandler;
  private @Nullable Session session;
  private @Nullable FrameHandler frames;
  private @Nullable FrameReader reader;

  private HboneConnection(
      Role role,
      HboneSettings settings,
      ConnectionListener listener,
      Function<Session, HeadersHandler> headersHandler) {
    this.role = role;
    this.settings = settings;
    this.listener = listener;
    this.headersHandler = headersHandler;
  }

  /** The side that opens tunnels. */
  public static HboneConnection client(HboneSettings settings, ConnectionListener listener) {
    return new HboneConnection(Role.CLIENT, settings, listener, ResponseHandler::new);
  }

  /** The side that accepts tunnels. */
  public static HboneConnection server(
      HboneSettings settings, ConnectHandler handler, ConnectionListener listener) {
    return server(settings, handler, listener, new ConnectOnly());
  }

  static HboneConnection server(
      HboneSettings settings,
      ConnectHandler handler,
      ConnectionListener listener,
      RequestRules rules) {
    return new HboneConnection(
        Role.SERVER, settings, listener, session -> new RequestHandler(session, rules, handler));
  }

  /** Whether {@link #open} would take a stream now: no GOAWAY, ids left, below both limits. */
  public boolean canOpen() {
    Session started = session;
    return started != null && started.canOpen();
  }

  /**
   * Client role: asks for a tunnel. Bytes may be written at once; they leave when the peer answered
   * 200.
   *
   * @throws IllegalStateException when not {@link #canOpen()}
   */
  public TunnelStream open(ConnectRequest request, StreamListener streamListener) {
    Session started = session;
    if (started == null) {
      throw new IllegalStateException("the connection has not started");
    }
    return started.open(request, streamListener);
  }

  /** Drains: no new streams, those in flight finish, then the channel closes. */
  public void goAway() {
    Session started = session;
    if (started != null) {
      started.goAway();
    }
  }

  /**
   * As {@link #goAway}, and takes no stream from now on, not even one that crossed it: the peer
   * need not have answered, which is for it to choose.
   */
  public void goAwayAtOnce() {
    Session started = session;
    if (started != null) {
      started.goAwayAtOnce();
    }
  }

  public int activeStreams() {
    Session started = session;
    return started == null ? 0 : started.streams().size();
  }

  /**
   * Changes the receive window of each stream, now and later ones, as the memory budget demands. A
   * shrink is in force when the peer has acknowledged it.
   *
   * @param bytes 1 to the connection's window
   */
  public void resizeStreamWindow(int bytes) {
    if (bytes < 1 || bytes > settings.connectionWindow()) {
      throw new IllegalArgumentException(
          "stream window is " + bytes + ", expected 1 to " + settings.connectionWindow());
    }
    Session started = session;
    if (started != null) {
      started.resizeStreamWindow(bytes);
    }
  }

  @Nullable Session session() {
    return session;
  }

  // ---- channel events

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      start(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    start(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      Session started = session;
      FrameReader open = reader;
      if (started != null && open != null && !started.isEnded()) {
        started.liveness().heard();
        read(started, open, in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Session started = session;
    if (started != null) {
      started.readComplete();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Session started = session;
    if (started != null && !started.isEnded()) {
      started.writabilityChanged();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    Session started = session;
    if (started != null) {
      started.closeHere();
    }
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  /** I/O and TLS errors; after the end they are echoes of it. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Session started = session;
    if (started == null) {
      ctx.fireExceptionCaught(cause);
      ctx.close();
    } else {
      String message = cause.getMessage();
      started.failed(message == null ? cause.toString() : message);
    }
  }

  private void start(ChannelHandlerContext ctx) {
    if (session == null) {
      Session started = new Session(ctx, role, settings, listener);
      FrameHandler handler = new FrameHandler(started, headersHandler.apply(started), ctx.alloc());
      session = started;
      frames = handler;
      reader = new FrameReader(role, settings.maxFrameSize(), ctx.alloc(), handler);
      started.start();
    }
  }

  private static void read(Session session, FrameReader reader, ByteBuf in) {
    try {
      reader.read(in);
    } catch (ConnectionFault fault) {
      session.fault(fault);
    }
  }

  private void release() {
    Session started = session;
    if (started != null) {
      started.inactive();
    }
    FrameReader open = reader;
    if (open != null) {
      open.release();
      reader = null;
    }
    FrameHandler handler = frames;
    if (handler != null) {
      handler.release();
    }
  }
}

package io.isthmus.proxy.hbone;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a started connection consists of: its streams, both windows, the settings of both sides and
 * the way it ends.
 *
 * <p>Invariants: every byte charged to the connection's receive window is given back once: by
 * {@code consumed}, by the close of the stream that held it, or on arrival when no stream takes it.
 * All streams hear {@code onClosed} before the connection does; after the end nothing is sent.
 */
final class Session {

  /** How long the last GOAWAY may take to leave before the channel closes without it. */
  private static final int LINGER_SECONDS = 5;

  private static final long DRAIN_PING = 0x6472_6169_6e00_0000L;

  private enum Drain {
    NONE,
    ANNOUNCED,
    FINAL
  }

  private final ChannelHandlerContext ctx;
  private final Role role;
  private final HboneSettings settings;
  private final ConnectionListener listener;
  private final StreamTable streams;
  private final FrameWriter writer;
  private final HeaderEncoder encoder;
  private final PeerSettings peer;
  private final FloodGuard floods;
  private final Liveness liveness;
  private final SendWindow sendWindow = new SendWindow(HboneSettings.RFC_WINDOW);
  private final ReceiveWindow receiveWindow;
  private final SendScheduler sender;
  private final StreamWindows streamWindows;
  private final List<HboneStream> inRead = new ArrayList<>();

  private Drain drain = Drain.NONE;
  private @Nullable ConnectionEnd goAwayByPeer;
  private boolean peerGoesAway;
  private @Nullable ConnectionEnd end;
  private @Nullable ScheduledFuture<?> linger;
  private int reportedStreams;

  Session(
      ChannelHandlerContext ctx, Role role, HboneSettings settings, ConnectionListener listener) {
    this.ctx = ctx;
    this.role = role;
    this.settings = settings;
    this.listener = listener;
    this.streams = new StreamTable(role, role == Role.CLIENT ? 1 : 2);
    this.streamWindows = new StreamWindows(streams);
    this.writer = new FrameWriter(ctx);
    this.encoder = new HeaderEncoder(ctx.alloc());
    this.peer = new PeerSettings(role);
    this.floods = new FloodGuard(settings.peerTrust());
    this.liveness = new Liveness(this, settings.keepalive(), floods);
    this.receiveWindow = new ReceiveWindow(settings.connectionWindow());
    this.sender = new SendScheduler(ctx, writer, sendWindow, peer);
  }

  void start() {
    int extra = settings.connectionWindow() - HboneSettings.RFC_WINDOW;
    switch (role) {
      case CLIENT -> {
        writer.preface(Unpooled.wrappedBuffer(FrameReader.PREFACE));
        writer.settings(
            Frame.ENABLE_PUSH,
            0,
            Frame.MAX_CONCURRENT_STREAMS,
            0,
            Frame.INITIAL_WINDOW_SIZE,
            settings.streamWindow(),
            Frame.MAX_FRAME_SIZE,
            settings.maxFrameSize(),
            Frame.MAX_HEADER_LIST_SIZE,
            HeaderBlock.MAX_LIST_SIZE);
      }
      case SERVER ->
          writer.settings(
              Frame.MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams(),
              Frame.INITIAL_WINDOW_SIZE, settings.streamWindow(),
              Frame.MAX_FRAME_SIZE, settings.maxFrameSize(),
              Frame.MAX_HEADER_LIST_SIZE, HeaderBlock.MAX_LIST_SIZE);
    }
    announced(settings.streamWindow());
    if (extra > 0) {
      writer.windowUpdate(0, extra);
    }
    liveness.start(ctx.executor());
    writer.flush();
  }

  // ---- parts

  Role role() {
    return role;
  }

  HboneSettings settings() {
    return settings;
  }

  StreamTable streams() {
    return streams;
  }

  FrameWriter writer() {
    return writer;
  }

  SendScheduler sender() {
    return sender;
  }

  PeerSettings peer() {
    return peer;
  }

  FloodGuard floods() {
    return floods;
  }

  Liveness liveness() {
    return liveness;
  }

  SendWindow sendWindow() {
    return sendWindow;
  }

  ReceiveWindow receiveWindow() {
    return receiveWindow;
  }

  StreamWindows streamWindows() {
    return streamWindows;
  }

  EventLoop eventLoop() {
    return ctx.channel().eventLoop();
  }

  boolean channelWritable() {
    return ctx.channel().isWritable();
  }

  boolean isEnded() {
    return end != null;
  }

  // ---- streams

  boolean canOpen() {
    return role == Role.CLIENT
        && end == null
        && drain == Drain.NONE
        && !peerGoesAway
        && streams.hasIds()
        && streams.size() < Math.min(settings.maxConcurrentStreams(), peer.maxConcurrentStreams());
  }

  HboneStream open(ConnectRequest request, StreamListener streamListener) {
    if (!canOpen()) {
      throw new IllegalStateException(
          "no stream for " + request.authority() + " on this connection: ask canOpen() first");
    }
    int id = streams.takeId();
    HboneStream stream = new HboneStream(this, id);
    stream.listener(streamListener);
    writer.headers(id, encoder.request(id, request), 0, peer.maxFrameSize());
    sender.flushSoon();
    added(stream);
    return stream;
  }

  void added(HboneStream stream) {
    streams.put(stream);
    streamCountChanged();
  }

  boolean acceptsStreams() {
    return drain != Drain.FINAL && streams.size() < settings.maxConcurrentStreams();
  }

  void sendResponse(int streamId, int status, int endStream) {
    writer.headers(streamId, encoder.response(streamId, status), endStream, peer.maxFrameSize());
    sender.flushSoon();
  }

  void sendReset(int streamId, ErrorCode code) {
    writer.reset(streamId, code);
    sender.flushSoon();
  }

  /** A stream is over; {@code held} bytes of it go back to the connection. */
  void closed(HboneStream stream, StreamTable.Closed how, int held) {
    streams.remove(stream, how);
    giveBack(held);
  }

  void streamCountChanged() {
    int active = streams.size();
    if (active != reportedStreams) {
      reportedStreams = active;
      listener.onActiveStreamsChanged(active);
    }
    closeIfDrained();
  }

  void inRead(HboneStream stream) {
    inRead.add(stream);
  }

  void readComplete() {
    // Listeners may not add to this list: only frames do.
    for (HboneStream stream : inRead) {
      stream.readComplete();
    }
    inRead.clear();
    if (!writer.isIdle()) {
      sender.flushSoon();
    }
  }

  void writabilityChanged() {
    for (HboneStream stream : streams.snapshot()) {
      stream.updateWritable();
    }
    if (channelWritable()) {
      sender.flushSoon();
    }
  }

  // ---- windows and settings

  /** Returns credit to the connection's window. */
  void giveBack(int bytes) {
    int increment = receiveWindow.giveBack(bytes);
    if (increment > 0 && end == null) {
      writer.windowUpdate(0, increment);
      sender.flushSoon();
    }
  }

  void resizeStreamWindow(int bytes) {
    if (end != null || bytes == streamWindows.announced()) {
      return;
    }
    writer.settings(Frame.INITIAL_WINDOW_SIZE, bytes);
    announced(bytes);
    sender.flushSoon();
  }

  void settingsAcked() throws ConnectionFault {
    liveness.settingsAcked();
    streamWindows.acknowledged();
  }

  void peerSettingsChanged(int windowDelta) throws ConnectionFault {
    encoder.peerTableSize(peer.headerTableSize());
    if (windowDelta != 0) {
      for (HboneStream stream : streams.snapshot()) {
        if (!stream.growSendWindow(windowDelta)) {
          throw new ConnectionFault(
              ErrorCode.FLOW_CONTROL_ERROR,
              "INITIAL_WINDOW_SIZE overflows the window of stream " + stream.id());
        }
      }
    }
    listener.onSettings(peer.maxConcurrentStreams());
  }

  private void announced(int bytes) {
    streamWindows.announced(bytes);
    liveness.settingsSent();
  }

  // ---- the way out

  /**
   * Drains. A server first announces it (last stream 2^31-1) and names the last stream one round
   * trip later, so that no CONNECT in flight is lost (RFC 9113, section 6.8).
   */
  void goAway() {
    if (end != null || drain != Drain.NONE) {
      return;
    }
    switch (role) {
      case CLIENT -> lastGoAway();
      case SERVER -> {
        drain = Drain.ANNOUNCED;
        writer.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
        writer.ping(0, DRAIN_PING);
        sender.flushSoon();
      }
    }
  }

  void goAwayAtOnce() {
    if (end == null && drain != Drain.FINAL) {
      lastGoAway();
    }
  }

  void pingAcked(long payload) {
    if (payload == DRAIN_PING && drain == Drain.ANNOUNCED) {
      lastGoAway();
    }
  }

  void onGoAway(int lastStreamId, ErrorCode code, String debug) {
    peerGoesAway = true;
    if (code != ErrorCode.NO_ERROR) {
      goAwayByPeer = new ConnectionEnd.GoAwayByPeer(code, debug);
    }
    listener.onGoAway(code, lastStreamId);
    if (role == Role.CLIENT) {
      for (HboneStream stream : streams.snapshot()) {
        if (stream.id() > lastStreamId) {
          stream.close(
              new StreamEnd.ResetByPeer(ErrorCode.REFUSED_STREAM), StreamTable.Closed.RESET_HERE);
        }
      }
    }
    closeIfDrained();
  }

  /** The peer broke the protocol. */
  void fault(ConnectionFault fault) {
    if (end == null) {
      writer.goAway(streams.highestRemoteId(), fault.code(), fault.detail());
      leave(new ConnectionEnd.ProtocolViolation(fault.code(), fault.detail()));
    }
  }

  /** The transport failed; there is nobody to say goodbye to. */
  void failed(String detail) {
    if (end == null) {
      ended(new ConnectionEnd.TransportFailed(detail));
      ctx.close();
    }
  }

  /** Somebody closes the channel here: what is gathered may still leave. */
  void closeHere() {
    if (end == null) {
      if (drain != Drain.FINAL) {
        writer.goAway(streams.highestRemoteId(), ErrorCode.NO_ERROR, "");
      }
      writer.flush();
      ended(new ConnectionEnd.ClosedHere());
    }
  }

  void inactive() {
    if (end == null) {
      ConnectionEnd reason = goAwayByPeer;
      ended(reason != null ? reason : new ConnectionEnd.ClosedByPeer());
    }
    ScheduledFuture<?> timer = linger;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void lastGoAway() {
    drain = Drain.FINAL;
    writer.goAway(streams.highestRemoteId(), ErrorCode.NO_ERROR, "");
    sender.flushSoon();
    closeIfDrained();
  }

  private void closeIfDrained() {
    boolean drained = drain == Drain.FINAL || (peerGoesAway && role == Role.CLIENT);
    if (drained && streams.size() == 0 && end == null) {
      ConnectionEnd reason = goAwayByPeer;
      if (drain == Drain.FINAL) {
        leave(new ConnectionEnd.ClosedHere());
      } else {
        leave(reason != null ? reason : new ConnectionEnd.ClosedByPeer());
      }
    }
  }

  /** Ends everything and closes the channel behind the frames that were written. */
  private void leave(ConnectionEnd reason) {
    writer.pass();
    ended(reason);
    linger = ctx.executor().schedule((Runnable) ctx::close, LINGER_SECONDS, TimeUnit.SECONDS);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> ctx.close());
  }

  private void ended(ConnectionEnd reason) {
    end = reason;
    sender.stop();
    liveness.stop();
    for (HboneStream stream : streams.snapshot()) {
      stream.close(new StreamEnd.ConnectionLost(reason), StreamTable.Closed.IMPLICIT);
    }
    writer.release();
    encoder.close();
    listener.onClosed(reason);
  }
}

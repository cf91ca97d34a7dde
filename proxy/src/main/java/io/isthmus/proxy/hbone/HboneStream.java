package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream.
 *
 * <pre>
 *              respond(200) / 200 received
 *  REQUESTED ------------------------------> OPEN
 *      |  other status, reset, GOAWAY          |  END_STREAM both ways, reset, connection over
 *      +---------------> CLOSED <--------------+
 * </pre>
 *
 * Invariants: the listener hears {@code onClosed} once and nothing after it; {@code held} bytes
 * were handed to the listener and not given back, and at the close they return to the connection's
 * window; nothing is sent before the stream is open.
 */
final class HboneStream implements TunnelStream {

  /** Two reads of 64 KiB may wait for a flush before the other leg stops reading. */
  static final int HIGH_WATER = 128 * 1024;

  static final int LOW_WATER = 32 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(HboneStream.class);

  private enum Phase {
    REQUESTED,
    OPEN,
    CLOSED
  }

  private final Session session;
  private final int id;
  private final ReceiveWindow receiveWindow;
  private final SendWindow sendWindow;
  private final SendQueue queue = new SendQueue();
  private final GuardedListener listener = new GuardedListener(this::listenerFailed);
  private Phase phase = Phase.REQUESTED;
  private int held;
  private boolean endQueued;
  private boolean endSent;
  private boolean remoteEnded;
  private boolean queueFull;
  private boolean writable;
  private boolean readyToSend;
  private boolean inRead;

  HboneStream(Session session, int id) {
    this.session = session;
    this.id = id;
    this.receiveWindow = new ReceiveWindow(session.streamWindows().inForce());
    this.sendWindow = new SendWindow(session.peer().initialWindow());
    this.writable = session.channelWritable();
  }

  void listener(StreamListener newListener) {
    listener.attach(newListener);
  }

  // ---- TunnelStream

  @Override
  public int id() {
    return id;
  }

  @Override
  public EventLoop eventLoop() {
    return session.eventLoop();
  }

  @Override
  public void respond(int status) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase != Phase.REQUESTED || session.role() != Role.SERVER) {
      throw new IllegalStateException("stream " + id + " cannot be answered in phase " + phase);
    }
    if (status == 200) {
      session.sendResponse(id, status, 0);
      opened();
    } else {
      refuse(status, ErrorCode.NO_ERROR);
    }
  }

  @Override
  public void write(ByteBuf data) {
    if (phase == Phase.CLOSED || !data.isReadable()) {
      data.release();
      return;
    }
    if (endQueued) {
      data.release();
      throw new IllegalStateException("write on stream " + id + " after its end");
    }
    int size = data.readableBytes();
    if (phase == Phase.OPEN
        && queue.isEmpty()
        && size <= sendWindow.available()
        && session.sender().sendSmall(id, data)) {
      sendWindow.take(size);
      return;
    }
    queue.add(data);
    if (canSend()) {
      session.sender().ready(this);
    }
    updateWritable();
  }

  @Override
  public void end() {
    if (phase == Phase.CLOSED || endQueued) {
      return;
    }
    endQueued = true;
    if (phase == Phase.OPEN) {
      sendEndIfDrained();
    }
  }

  @Override
  public void reset(ErrorCode code) {
    resetHere(code, "reset by this side");
  }

  @Override
  public boolean isWritable() {
    return writable && phase != Phase.CLOSED;
  }

  @Override
  public void consumed(int bytes) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (bytes < 0 || bytes > held) {
      throw new IllegalArgumentException(
          "consumed " + bytes + " bytes of stream " + id + ", which holds " + held);
    }
    held -= bytes;
    giveBack(bytes);
    session.giveBack(bytes);
  }

  // ---- sending

  /** Whether a frame with data can go out now. */
  boolean canSend() {
    return phase == Phase.OPEN && !queue.isEmpty() && sendWindow.available() > 0;
  }

  boolean isReadyToSend() {
    return readyToSend;
  }

  void readyToSend(boolean ready) {
    readyToSend = ready;
  }

  /** Sends one DATA frame of at most {@code limit} bytes; how many bytes it took. */
  int send(FrameWriter writer, int limit) {
    if (!canSend()) {
      return 0;
    }
    int count = (int) Math.min(queue.bytes(), Math.min(limit, sendWindow.available()));
    boolean last = endQueued && count == queue.bytes();
    writer.header(Frame.DATA, last ? Frame.END_STREAM : 0, id, count);
    queue.moveTo(writer, count);
    sendWindow.take(count);
    if (last) {
      endSent();
    } else {
      updateWritable();
    }
    return count;
  }

  /** The peer's credit for this stream; false on overflow. */
  boolean growSendWindow(int bytes) {
    if (!sendWindow.grow(bytes)) {
      return false;
    }
    if (canSend()) {
      session.sender().ready(this);
    }
    return true;
  }

  void updateWritable() {
    queueFull = queueFull ? queue.bytes() > LOW_WATER : queue.bytes() >= HIGH_WATER;
    boolean now = !queueFull && session.channelWritable();
    if (now != writable && phase != Phase.CLOSED) {
      writable = now;
      listener.onWritabilityChanged();
    }
  }

  /** END_STREAM needs no credit, so it goes at once when no data is before it. */
  private void sendEndIfDrained() {
    if (endQueued && queue.isEmpty() && !endSent) {
      session.writer().endData(id);
      session.sender().flushSoon();
      endSent();
    }
  }

  private void endSent() {
    endSent = true;
    closeIfEnded();
  }

  // ---- receiving

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  boolean isAnswered() {
    return phase != Phase.REQUESTED;
  }

  boolean isRemoteEnded() {
    return remoteEnded;
  }

  boolean charge(int bytes) {
    return receiveWindow.charge(bytes);
  }

  /** Returns credit to this stream's window only. */
  void giveBack(int bytes) {
    int increment = receiveWindow.giveBack(bytes);
    // A peer that has ended sends no more data: it needs no credit for this stream.
    if (increment > 0 && !remoteEnded) {
      session.writer().windowUpdate(id, increment);
      session.sender().flushSoon();
    }
  }

  ReceiveWindow receiveWindow() {
    return receiveWindow;
  }

  SendWindow sendWindow() {
    return sendWindow;
  }

  void receive(ByteBuf data) {
    held += data.readableBytes();
    if (!inRead) {
      inRead = true;
      session.inRead(this);
    }
    listener.onData(data);
  }

  void readComplete() {
    inRead = false;
    if (phase != Phase.CLOSED) {
      listener.onReadComplete();
    }
  }

  void remoteEnd() {
    remoteEnded = true;
    listener.onRemoteEnd();
    closeIfEnded();
  }

  /** Client role: the final response. */
  void onResponse(int status, WireHeaders headers, boolean endStream) {
    if (status == 200) {
      opened();
    }
    listener.onResponse(status, headers);
    if (phase == Phase.CLOSED) {
      return;
    }
    if (status == 200) {
      if (endStream) {
        remoteEnd();
      }
    } else if (endStream) {
      session.writer().header(Frame.DATA, Frame.END_STREAM, id, 0);
      session.sender().flushSoon();
      close(new StreamEnd.Clean(), StreamTable.Closed.ENDED);
    } else {
      // The refusal has a body, which nobody here reads.
      session.sendReset(id, ErrorCode.CANCEL);
      close(new StreamEnd.Clean(), StreamTable.Closed.RESET_HERE);
    }
  }

  // ---- ending

  /** Server role: answers with an error status and asks the peer to send no more. */
  void refuse(int status, ErrorCode code) {
    session.sendResponse(id, status, Frame.END_STREAM);
    if (remoteEnded && code == ErrorCode.NO_ERROR) {
      close(new StreamEnd.Clean(), StreamTable.Closed.ENDED);
    } else {
      // RFC 9113, section 8.1: after a complete response the server may reset with NO_ERROR.
      session.sendReset(id, code);
      close(new StreamEnd.Clean(), StreamTable.Closed.RESET_HERE);
    }
  }

  void resetHere(ErrorCode code, String detail) {
    if (phase != Phase.CLOSED) {
      session.sendReset(id, code);
      close(new StreamEnd.ResetHere(code, detail), StreamTable.Closed.RESET_HERE);
    }
  }

  void close(StreamEnd how, StreamTable.Closed remembered) {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    queue.release();
    int returned = held;
    held = 0;
    session.closed(this, remembered, returned);
    listener.onClosed(how);
    session.streamCountChanged();
  }

  private void opened() {
    phase = Phase.OPEN;
    if (canSend()) {
      session.sender().ready(this);
    } else {
      sendEndIfDrained();
    }
  }

  private void closeIfEnded() {
    if (endSent && remoteEnded) {
      close(new StreamEnd.Clean(), StreamTable.Closed.ENDED);
    }
  }

  /** A fault of one listener must not reach the other streams of the connection. */
  private void listenerFailed(RuntimeException e) {
    LOG.atError().setCause(e).addKeyValue("stream", id).log("stream listener failed");
    resetHere(ErrorCode.INTERNAL_ERROR, "listener failed: " + e);
  }
}

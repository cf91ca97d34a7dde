package io.isthmus.proxy.relay;

import io.isthmus.proxy.relay.RelayState.Ended;
import io.isthmus.proxy.relay.RelayState.Flushing;
import io.isthmus.proxy.relay.RelayState.HalfClosed;
import io.isthmus.proxy.relay.RelayState.Open;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.EnumSet;
import java.util.Set;

/**
 * Two joined legs as a state machine.
 *
 * <pre>
 *            one side ends            the other side ends        both outputs written
 *   Open ------------------> HalfClosed ----------------> Flushing ----------------> Ended
 *     |                          |                            |                        ^
 *     +--------------------------+----------------------------+------------------------+
 *              a side resets or is lost, or this process cuts: the other side is aborted
 * </pre>
 *
 * <p>A side that has ended first and then resets has closed for both directions, and something of
 * the other side's was still on its way: the closing alert of a TLS session, or a request that
 * nobody reads any more. The other side is aborted all the same, since what it sent was lost.
 *
 * <p>A side that lets go of its stream without an error (RST_STREAM with NO_ERROR or CANCEL) ends
 * both of its directions at once: from Open or HalfClosed to Flushing.
 *
 * <p>The rule of back-pressure: whenever a leg cannot take more, the other one is paused, and
 * resumed when it can again. A stream is paused by keeping its credit: bytes are credited only when
 * the other leg has written them, so what waits in this process is at most one stream window.
 *
 * <p>Belongs to the event loop of both legs.
 */
public final class Relay {
  private final Leg caller;
  private final Leg target;
  private final RelayObserver observer;
  private final Set<Side> outputsEnded = EnumSet.noneOf(Side.class);
  private RelayState state = new Open();
  private long sent;
  private long received;

  private Relay(Leg caller, Leg target, RelayObserver observer) {
    this.caller = caller;
    this.target = target;
    this.observer = observer;
  }

  public static Relay start(Leg caller, Leg target, RelayObserver observer) {
    Relay relay = new Relay(caller, target, observer);
    caller.attach(relay.new Events(Side.CALLER));
    if (!relay.isEnded()) {
      target.attach(relay.new Events(Side.TARGET));
    }
    return relay;
  }

  /** Ends the connection from here: both sides see a reset. */
  public void cut(EndReason reason, String detail) {
    if (!isEnded()) {
      caller.abort();
      target.abort();
      finish(reason, detail);
    }
  }

  public boolean isEnded() {
    return state instanceof Ended;
  }

  private void onData(Side from, ByteBuf data) {
    if (isEnded()) {
      ReferenceCountUtil.release(data);
      return;
    }
    int bytes = data.readableBytes();
    switch (from) {
      case CALLER -> {
        sent += bytes;
        observer.onSent(bytes);
      }
      case TARGET -> {
        received += bytes;
        observer.onReceived(bytes);
      }
    }
    Leg source = leg(from);
    Leg sink = leg(from.other());
    sink.write(data, source);
    if (!isEnded() && !sink.isWritable()) {
      source.pause();
    }
  }

  private void onRemoteEnd(Side from) {
    switch (state) {
      case Open() -> {
        state = new HalfClosed(from);
        leg(from.other()).end();
      }
      case HalfClosed(Side first) when first != from -> {
        state = new Flushing(first);
        leg(from.other()).end();
        finishWhenWritten();
      }
      case HalfClosed _, Flushing _, Ended _ -> {}
    }
  }

  private void onOutputEnded(Side side) {
    outputsEnded.add(side);
    finishWhenWritten();
  }

  private void onLetGo(Side side) {
    outputsEnded.add(side);
    switch (state) {
      case Open() -> {
        state = new Flushing(side);
        leg(side.other()).end();
      }
      case HalfClosed(Side first) -> {
        state = new Flushing(first);
        if (first != side) {
          leg(side.other()).end();
        }
      }
      case Flushing _, Ended _ -> {}
    }
    finishWhenWritten();
  }

  private void finishWhenWritten() {
    if (state instanceof Flushing(Side first) && outputsEnded.size() == Side.values().length) {
      caller.close();
      target.close();
      finish(EndReason.closedBy(first), "");
    }
  }

  private void onBroken(Side side, EndReason reason, String detail) {
    if (!isEnded()) {
      leg(side.other()).abort();
      finish(reason, detail);
    }
  }

  private boolean hasEndedFirst(Side side) {
    return switch (state) {
      case HalfClosed(Side first) -> first == side;
      case Flushing(Side first) -> first == side;
      case Open _, Ended _ -> false;
    };
  }

  private void finish(EndReason reason, String detail) {
    RelayOutcome outcome = new RelayOutcome(reason, detail, sent, received);
    state = new Ended(outcome);
    observer.onEnd(outcome);
  }

  private Leg leg(Side side) {
    return switch (side) {
      case CALLER -> caller;
      case TARGET -> target;
    };
  }

  private final class Events implements Leg.LegEvents {
    private final Side side;

    private Events(Side side) {
      this.side = side;
    }

    @Override
    public void onData(ByteBuf data) {
      Relay.this.onData(side, data);
    }

    @Override
    public void onReadComplete() {
      if (!isEnded()) {
        leg(side.other()).flush();
      }
    }

    @Override
    public void onRemoteEnd() {
      Relay.this.onRemoteEnd(side);
    }

    @Override
    public void onWritable() {
      if (!isEnded()) {
        leg(side.other()).resume();
      }
    }

    @Override
    public void onOutputEnded() {
      Relay.this.onOutputEnded(side);
    }

    @Override
    public void onLetGo() {
      Relay.this.onLetGo(side);
    }

    @Override
    public void onReset(String detail) {
      onBroken(
          side, hasEndedFirst(side) ? EndReason.leftBy(side) : EndReason.resetBy(side), detail);
    }

    @Override
    public void onLost(String detail) {
      onBroken(side, EndReason.lost(side), detail);
    }
  }
}

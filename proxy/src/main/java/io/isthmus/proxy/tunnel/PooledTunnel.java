package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.ConnectionEnd;
import io.isthmus.proxy.hbone.ConnectionListener;
import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.HboneConnection;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.memory.Windows;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeFailures;
import io.isthmus.proxy.tls.HandshakeListener;
import io.isthmus.proxy.tls.TlsGeneration;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a pool, from its first packet to its end.
 *
 * <pre>
 *   Connecting --SETTINGS--> Ready --GOAWAY, age, end of a certificate, new trust--> Draining
 *       |                      |                                                        |
 *       +-- failure, new trust-+------------------ closed ------------------------------+--> Closed
 * </pre>
 *
 * It is Ready only with the peer's first SETTINGS: in TLS 1.3 a client learns after its own end of
 * the handshake that the server refused its certificate, and that must be a failure of the dial.
 *
 * <p>Sessions inside its streams drain with it: else an idle one would keep it, and the gateway at
 * its far end, from leaving.
 */
final class PooledTunnel implements HandshakeListener, ConnectionListener {
  private enum State {
    CONNECTING,
    READY,
    DRAINING,
    CLOSED
  }

  private final TunnelPool pool;
  private final Shelf shelf;
  private State state = State.CONNECTING;
  private @Nullable Windows windows;
  private @Nullable Channel channel;
  private @Nullable HboneConnection connection;
  private @Nullable VerifiedPeer peer;
  private @Nullable TlsGeneration generation;
  private final Deadline deadline;
  private final Deadline limit;
  private final Deadline idle;
  private final Riders riders = new Riders();
  private boolean drainsWhenReady;
  private long askedAt;
  private long connectedAt;
  private long verifiedAt;
  private int streams;

  PooledTunnel(TunnelPool pool, Shelf shelf) {
    this.pool = pool;
    this.shelf = shelf;
    this.deadline = new Deadline(pool.loop());
    this.limit = new Deadline(pool.loop());
    this.idle = new Deadline(pool.loop());
  }

  // Connecting

  void connect() {
    askedAt = System.nanoTime();
    Optional<Windows> granted = pool.budget().grant();
    if (granted.isEmpty()) {
      fail(new TunnelError.OutOfMemory(pool.budget().total()));
      return;
    }
    windows = granted.orElseThrow();
    pool.transport(shelf)
        .open(
            new Transport.Opened() {
              @Override
              public boolean isWanted() {
                return state == State.CONNECTING;
              }

              @Override
              public void onCarrierDrains() {
                drain();
              }

              @Override
              public void onChannel(Channel opened) {
                start(opened);
              }

              @Override
              public void onFailure(TunnelError error) {
                fail(error);
              }
            });
  }

  private void start(Channel opened) {
    if (state != State.CONNECTING) {
      opened.close(); // it was given up meanwhile
      return;
    }
    channel = opened;
    connectedAt = System.nanoTime();
    // Later, since the framing closes the channel first and then says why.
    opened.closeFuture().addListener(closed -> pool.loop().execute(this::closed));
    if (!opened.isActive()) {
      // TLS added to a pipeline that has been torn down is never removed, nor its engine freed.
      fail(new TunnelError.ConnectFailed(address(), "closed at once"));
      return;
    }
    Optional<TlsGeneration> used =
        pool.contexts()
            .addClient(opened.pipeline(), key().peer(), settings().handshakeTimeout(), this);
    if (used.isEmpty()) {
      fail(new TunnelError.NotReady());
      return;
    }
    generation = used.orElseThrow();
  }

  @Override
  public void onPeer(ChannelHandlerContext context, VerifiedPeer verified) {
    peer = verified;
    verifiedAt = System.nanoTime();
    Windows granted = windows;
    if (granted == null || state != State.CONNECTING) {
      context.close();
      return;
    }
    HboneConnection made = HboneConnection.client(WindowSettings.forClient(granted), this);
    connection = made;
    deadline.set(settings().handshakeTimeout(), this::onNoSettings);
    context.pipeline().addLast("hbone", made);
  }

  private void onNoSettings() {
    fail(
        new TunnelError.HandshakeFailed(
            address(), new HandshakeFailure.TimedOut(settings().handshakeTimeout().toMillis())));
  }

  @Override
  public void onFailure(HandshakeFailure failure) {
    fail(new TunnelError.HandshakeFailed(address(), failure));
  }

  private void fail(TunnelError error) {
    if (state == State.CONNECTING) {
      giveUp();
      pool.observer().onFailed(error);
      shelf.onFailed(this, error);
    }
  }

  /** While connecting: nobody waits for it any more. */
  void giveUp() {
    state = State.CLOSED;
    release();
    closeChannel();
  }

  /** While connecting: the pool is being closed. */
  void failClosed() {
    fail(new TunnelError.ConnectionLost(address(), new ConnectionEnd.ClosedHere()));
  }

  // Ready

  @Override
  public void onSettings(int peerMaxConcurrentStreams) {
    if (state == State.CONNECTING) {
      if (pool.isCurrent(key())) {
        ready();
      } else {
        shelf.onOutdated(this); // trust changed, and the pool may hear of it later
        giveUp();
      }
    } else if (state == State.READY) {
      shelf.serve();
    }
  }

  private void ready() {
    state = State.READY;
    limitLife();
    pool.observer().onOpened(opening());
    startIdleTimer();
    shelf.onReady(this);
    if (drainsWhenReady) {
      drain();
    }
  }

  private Opening opening() {
    Channel open = channel;
    return new Opening(
        Duration.ofNanos(connectedAt - askedAt),
        Duration.ofNanos(verifiedAt - connectedAt),
        open == null ? OptionalInt.empty() : Sockets.pathMtu(open));
  }

  private void limitLife() {
    Duration age =
        switch (key()) {
          case TunnelKey.ToPeer _ -> settings().age();
          case TunnelKey.ToDestination _ -> settings().sessionAge();
        };
    Lifetime life = Lifetime.of(peer(), generation(), settings().maxAge(), pool.clock().instant());
    deadline.set(life.untilDrain(age, pool.random()), this::drain);
    settings().maxAge().ifPresent(longest -> limit.set(longest, this::cut));
  }

  boolean canTake() {
    HboneConnection open = connection;
    return state == State.READY
        && open != null
        && open.canOpen()
        && streams < shelf.policy().streams();
  }

  TunnelStream open(ConnectRequest request, StreamListener listener) {
    HboneConnection open = connection;
    if (open == null) {
      throw new IllegalStateException("no stream can be opened before the handshake is over");
    }
    return open.open(request, listener);
  }

  @Override
  public void onActiveStreamsChanged(int active) {
    pool.observer().onStreams(active - streams);
    streams = active;
    idle.cancel();
    if (active == 0) {
      switch (state) {
        case READY -> startIdleTimer();
        case DRAINING -> closeChannel();
        case CONNECTING, CLOSED -> {}
      }
    }
    if (state == State.READY) {
      shelf.serve();
    }
  }

  private void startIdleTimer() {
    idle.set(settings().idle(), this::drain);
  }

  /** A session runs on {@code rider}, one of the streams; {@code onDrain} asks it to leave. */
  void carry(Channel rider, Runnable onDrain) {
    if (state == State.READY) {
      riders.add(rider, onDrain);
    } else {
      onDrain.run();
    }
  }

  /** The waiter's stream was lost with this connection. */
  void takeElsewhere(Waiter waiter) {
    pool.take(key(), waiter);
  }

  // Draining

  @Override
  public void onGoAway(ErrorCode code, int lastStreamId) {
    drain();
  }

  /** No new streams; closed when those there are have ended, however long that takes. */
  void drain() {
    switch (state) {
      case CONNECTING -> drainsWhenReady = true; // who waits for it is served first
      case READY -> startDraining();
      case DRAINING, CLOSED -> {}
    }
  }

  private void startDraining() {
    state = State.DRAINING;
    deadline.cancel();
    idle.cancel();
    pool.drains(this);
    shelf.remove(this);
    HboneConnection open = connection;
    if (open != null) {
      open.goAway();
    }
    riders.drain();
    if (streams == 0) {
      closeChannel();
    }
  }

  /** The peer is not trusted any more, or the connection's maximal age is reached. */
  void cut() {
    drain();
    closeChannel();
  }

  // Closed

  @Override
  public void onClosed(ConnectionEnd end) {
    if (state == State.CONNECTING) {
      fail(errorOf(end));
    }
    closed();
  }

  private TunnelError errorOf(ConnectionEnd end) {
    if (end instanceof ConnectionEnd.TransportFailed(String detail)) {
      Optional<String> alert = HandshakeFailures.alertIn(detail);
      if (alert.isPresent()) {
        return new TunnelError.HandshakeFailed(
            address(), new HandshakeFailure.RefusedByPeer(alert.orElseThrow()));
      }
    }
    return new TunnelError.ConnectionLost(address(), end);
  }

  private void closed() {
    State before = state;
    if (before == State.CONNECTING) {
      fail(new TunnelError.HandshakeFailed(address(), new HandshakeFailure.ConnectionClosed()));
    }
    state = State.CLOSED;
    release();
    if (before == State.READY) {
      shelf.remove(this);
    }
    if (before == State.READY || before == State.DRAINING) {
      pool.observer().onStreams(-streams);
      streams = 0;
      pool.observer().onClosed();
      pool.closed(this);
    }
  }

  private void release() {
    deadline.cancel();
    limit.cancel();
    idle.cancel();
    Windows granted = windows;
    if (granted != null) {
      granted.close();
    }
  }

  private void closeChannel() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  TunnelKey key() {
    return shelf.key();
  }

  InetSocketAddress address() {
    return shelf.key().address();
  }

  TunnelSettings settings() {
    return pool.settings();
  }

  int streams() {
    return streams;
  }

  VerifiedPeer peer() {
    VerifiedPeer verified = peer;
    if (verified == null) {
      throw new IllegalStateException("there is no peer before the handshake is over");
    }
    return verified;
  }

  Optional<TlsGeneration> generation() {
    return Optional.ofNullable(generation);
  }
}

package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsGeneration;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Accepts tunnels: TLS, then a {@code ConnectHandler} for each verified peer. Connections above a
 * limit are closed before their handshake and counted: waiting would only move the queue into the
 * kernel. What one peer may hold of it all is known only after its handshake. Safe on any thread.
 */
public final class HboneServer {
  private static final int BACKLOG = 1024;

  private final TlsContexts contexts;
  private final PeerShares shares;
  private final CallerHandlers handlers;
  private final ServerSettings settings;
  private final AcceptObserver observer;
  private final InstantSource clock = InstantSource.system();
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();
  private final Set<AcceptedTunnel> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final Promise<Void> drained = GlobalEventExecutor.INSTANCE.newPromise();
  private volatile boolean draining;

  /** Who answers, and who counts. */
  public record Service(CallerHandlers handlers, AcceptObserver observer) {}

  public HboneServer(
      TlsContexts contexts, MemoryBudget budget, Service service, ServerSettings settings) {
    this.contexts = contexts;
    this.shares = new PeerShares(budget, settings.ofOnePeer());
    this.handlers = service.handlers();
    this.observer = service.observer();
    this.settings = settings;
    contexts.subscribe(this::onGeneration);
    contexts.subscribeRecalls(peers -> connections.forEach(each -> each.recall(peers)));
  }

  /** Listens; several addresses may be bound. The channel knows the port that was chosen for 0. */
  public ChannelFuture bind(EventLoopGroup loops, InetSocketAddress address) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(Sockets.server(loops))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(address);
    listeners.add(bound.channel());
    return bound;
  }

  private void accept(Channel channel) {
    if (draining) {
      refuse(channel, AcceptRefusal.DRAINING);
    } else if (connections.size() >= settings.connections()) {
      refuse(channel, AcceptRefusal.TOO_MANY_CONNECTIONS);
    } else if (handshakes.get() >= settings.handshakes()) {
      refuse(channel, AcceptRefusal.TOO_MANY_HANDSHAKES);
    } else {
      Sockets.configure(channel);
      new AcceptedTunnel(this, channel).start();
    }
  }

  void refuse(Channel channel, AcceptRefusal reason) {
    observer.onRefused(reason);
    channel.close();
  }

  private void onGeneration(TlsGeneration current) {
    connections.forEach(connection -> connection.onGeneration(current));
  }

  /**
   * Stops listening, asks every peer to open no more streams, waits until those there are have
   * ended, and closes what is left after {@code period}.
   */
  public Future<Void> drain(Duration period) {
    draining = true;
    listeners.forEach(Channel::close);
    connections.forEach(AcceptedTunnel::drain);
    completeIfDrained();
    GlobalEventExecutor.INSTANCE.schedule(
        () -> connections.forEach(AcceptedTunnel::close), period.toMillis(), TimeUnit.MILLISECONDS);
    return drained;
  }

  private void completeIfDrained() {
    if (draining && connections.isEmpty()) {
      drained.trySuccess(null);
    }
  }

  /** Connections that are open, handshakes included. */
  public int connections() {
    return connections.size();
  }

  void onAccepted(AcceptedTunnel connection) {
    connections.add(connection);
    handshakes.incrementAndGet();
  }

  void onHandshakeOver() {
    handshakes.decrementAndGet();
  }

  void onOpened(AcceptedTunnel connection, Caller caller) {
    observer.onOpened(caller);
    if (draining) {
      connection.drain();
    }
  }

  void onClosed(AcceptedTunnel connection) {
    connections.remove(connection);
    completeIfDrained();
  }

  TlsContexts contexts() {
    return contexts;
  }

  PeerShares shares() {
    return shares;
  }

  CallerHandlers handlers() {
    return handlers;
  }

  AcceptObserver observer() {
    return observer;
  }

  ServerSettings settings() {
    return settings;
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator random() {
    return ThreadLocalRandom.current();
  }
}

package io.isthmus.proxy.tls;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.VerifiedPeer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;
import io.netty.util.IllegalReferenceCountException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the current {@link TlsGeneration} and swaps it. Empty until identity and trust are known
 * for the first time: nothing is served and nothing dialled before that.
 */
public final class TlsContexts implements AutoCloseable {
  /** Who is on the other side: on a channel from the end of its handshake on. */
  public static final AttributeKey<VerifiedPeer> PEER = AttributeKey.valueOf("isthmus.peer");

  private final InstantSource clock;
  private final HandshakeObserver observer;
  private final LivePeers live = new LivePeers();
  private final AtomicReference<@Nullable TlsGeneration> current = new AtomicReference<>();
  private final List<Consumer<TlsGeneration>> subscribers = new CopyOnWriteArrayList<>();
  private final List<Consumer<Set<VerifiedPeer>>> recalls = new CopyOnWriteArrayList<>();

  public TlsContexts(InstantSource clock, HandshakeObserver observer) {
    this.clock = clock;
    this.observer = observer;
  }

  /** Makes a new generation, unless nothing changed. Takes a few milliseconds: not on a loop. */
  public synchronized void update(TrustMaterial material) {
    @Nullable TlsGeneration old = current.get();
    if (old != null && old.material().equals(material)) {
      return;
    }
    TlsGeneration next =
        new TlsGeneration(
            old == null ? 1 : old.number() + 1,
            material,
            new PeerVerifier(material.bundles(), clock),
            observer);
    current.set(next);
    subscribers.forEach(subscriber -> subscriber.accept(next));
    if (old != null) {
      old.release();
    }
  }

  public Optional<TlsGeneration> current() {
    return Optional.ofNullable(current.get());
  }

  /**
   * Adds TLS of the current generation in the client role at the pipeline's end.
   *
   * @return the generation used; empty when there is none yet, and nothing was added
   */
  public Optional<TlsGeneration> addClient(
      ChannelPipeline pipeline, ExpectedPeer expected, Duration timeout, HandshakeListener heard) {
    HandshakeListener counted = live.counting(heard);
    return withCurrent(generation -> generation.addClient(pipeline, expected, timeout, counted));
  }

  /** As {@code addClient}, in the server role: callers are those that the material names. */
  public Optional<TlsGeneration> addServer(
      ChannelPipeline pipeline, Duration timeout, HandshakeListener heard) {
    HandshakeListener counted = live.counting(heard);
    return withCurrent(generation -> generation.addServer(pipeline, timeout, counted));
  }

  /** The peers of all connections that were made by any generation and are open. */
  public LivePeers livePeers() {
    return live;
  }

  private Optional<TlsGeneration> withCurrent(Consumer<TlsGeneration> use) {
    while (true) {
      @Nullable TlsGeneration generation = current.get();
      if (generation == null) {
        return Optional.empty();
      }
      try {
        use.accept(generation);
        return Optional.of(generation);
      } catch (IllegalReferenceCountException swapped) {
        // another thread released it between the two lines above: the next one is there already
      }
    }
  }

  /** Ends with {@code close}. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Hears of each later generation, on the thread that made it. */
  public Subscription subscribe(Consumer<TlsGeneration> subscriber) {
    subscribers.add(subscriber);
    return () -> subscribers.remove(subscriber);
  }

  /**
   * Asks the connections with {@code peers} to drain, in both roles: whoever comes back shows the
   * certificate that it has today. Nothing is cut. Any thread.
   */
  public void recall(Set<VerifiedPeer> peers) {
    recalls.forEach(subscriber -> subscriber.accept(peers));
  }

  /** Hears of each {@link #recall}, on its thread. */
  public Subscription subscribeRecalls(Consumer<Set<VerifiedPeer>> subscriber) {
    recalls.add(subscriber);
    return () -> recalls.remove(subscriber);
  }

  @Override
  public synchronized void close() {
    @Nullable TlsGeneration last = current.getAndSet(null);
    if (last != null) {
      last.release();
    }
  }
}

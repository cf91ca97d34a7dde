package io.isthmus.proxy.canary;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeListener;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tunnel.StreamChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A gateway's part: in the stream of a canary that was let in as a client it plays the TLS client,
 * with the contexts that its own tunnels are dialled with, and says in the session that it
 * believed. Bounded in time, and in number for each caller, so that one trust domain's canaries
 * leave room for another's.
 */
public final class CanaryAnswers {
  /** At once: one that runs, and one that takes the place of one that is given up. */
  static final int OF_ONE_CALLER = 2;

  private static final int OK = 200;

  private final TlsContexts contexts;
  private final Patience patience;
  private final ConcurrentMap<SpiffeId, Integer> underWay = new ConcurrentHashMap<>();

  public CanaryAnswers(TlsContexts contexts, Patience patience) {
    this.contexts = contexts;
    this.patience = patience;
  }

  /**
   * Answers the CONNECT with 200 and begins. On the stream's event loop.
   *
   * @param caller who must be at the other end of the session, too
   * @param refused hears why this side did not come to believe
   * @return empty, and nothing was answered, when the caller has as many under way as it may
   */
  public Optional<StreamListener> begin(
      TunnelStream stream, SpiffeId caller, Consumer<HandshakeFailure> refused) {
    if (!taken(caller)) {
      return Optional.empty();
    }
    StreamChannel channel = StreamChannel.register(stream);
    channel.closeFuture().addListener(closed -> giveBack(caller));
    // not before the stream has its listener
    stream.eventLoop().execute(() -> handshake(stream, channel, caller, refused));
    return Optional.of(channel);
  }

  private void handshake(
      TunnelStream stream,
      StreamChannel channel,
      SpiffeId caller,
      Consumer<HandshakeFailure> refused) {
    if (!channel.isActive()) {
      return; // TLS added to a pipeline that was torn down is never removed
    }
    stream.respond(OK);
    Future<?> deadline =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), patience.whole().toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> deadline.cancel(false));
    contexts
        .addClient(
            channel.pipeline(),
            ExpectedPeer.Exact.of(caller),
            patience.handshake(),
            new Believed(refused))
        .ifPresentOrElse(used -> {}, channel::close);
  }

  private record Believed(Consumer<HandshakeFailure> refused) implements HandshakeListener {
    @Override
    public void onPeer(ChannelHandlerContext context, VerifiedPeer peer) {
      context
          .channel()
          .writeAndFlush(Unpooled.wrappedBuffer(Canary.trusted()))
          .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void onFailure(HandshakeFailure failure) {
      refused.accept(failure);
    }
  }

  private boolean taken(SpiffeId caller) {
    boolean[] taken = {false};
    underWay.compute(
        caller,
        (id, count) -> {
          int before = count == null ? 0 : count;
          taken[0] = before < OF_ONE_CALLER;
          return taken[0] ? before + 1 : before;
        });
    return taken[0];
  }

  private void giveBack(SpiffeId caller) {
    underWay.computeIfPresent(caller, (id, count) -> count == 1 ? null : count - 1);
  }
}

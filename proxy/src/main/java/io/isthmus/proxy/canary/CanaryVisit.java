package io.isthmus.proxy.canary;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.canary.CanaryHandshake.Gateway;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeListener;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.StreamChannel;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One canary at one gateway. The answer to its CONNECT shows that the gateway took its certificate
 * as a client's: before, a TLS 1.3 client cannot know. Then the gateway opens a session inside the
 * stream, in which this side is the server, and says there whether it believed.
 *
 * <p>Over once, by {@link #end}; on its loop from {@link #serve} on.
 */
final class CanaryVisit implements HandshakeListener {
  private final Gateway gateway;
  private final Means means;
  private final TlsContexts contexts;
  private final PooledTunnelDialer dialer;
  private final CompletableFuture<CanaryOutcome> outcome = new CompletableFuture<>();

  /** What visits share, and the loop of this one. */
  record Means(
      MemoryBudget budget,
      TunnelSettings settings,
      Patience patience,
      InstantSource clock,
      EventLoop loop) {}

  CanaryVisit(Gateway gateway, Means means) {
    this.gateway = gateway;
    this.means = means;
    this.contexts = new TlsContexts(means.clock(), HandshakeObserver.none());
    this.dialer =
        new PooledTunnelDialer(contexts, means.budget(), means.settings(), TunnelObserver.none());
  }

  CompletableFuture<CanaryOutcome> begin(Svid canary) {
    TrustDomain peer = gateway.bundle().trustDomain();
    try {
      contexts.update(new TrustMaterial(canary, BundleSet.of(gateway.bundle()), Set.of(peer)));
    } catch (IllegalArgumentException e) {
      end(CanaryOutcome.notLetIn(String.valueOf(e.getMessage())));
      return outcome;
    }
    Endpoint endpoint =
        new Endpoint(
            gateway.address(),
            new Tunnel.Gateway(
                Canary.AUTHORITY, ExpectedPeer.Exact.of(gateway.id()), Optional.empty()),
            true);
    Future<OpenTunnel<StreamChannel>> dialled =
        dialer.dial(endpoint, new ConnectRequest(Canary.AUTHORITY), this::serve, means.loop());
    dialled.addListener(done -> {
      if (!dialled.isSuccess()) {
        end(notOpened(dialled.cause()));
      }
    });
    return outcome;
  }

  private static CanaryOutcome notOpened(Throwable cause) {
    if (cause instanceof TunnelException refusal
        && refusal.error() instanceof TunnelError.Refused(var address, var _, int status)) {
      return CanaryOutcome.letInBut(
          "%s answered %d to the canary: expected a gateway of a version that answers canaries, with fewer of them under way"
              .formatted(address, status));
    }
    return CanaryOutcome.notLetIn(String.valueOf(cause.getMessage()));
  }

  /** In place before the first byte of the gateway's session is read. */
  private StreamChannel serve(TunnelStream stream) {
    StreamChannel channel = StreamChannel.register(stream);
    Future<?> deadline =
        means
            .loop()
            .schedule(
                () ->
                    end(
                        CanaryOutcome.letInBut(
                            "the gateway said nothing in its session within "
                                + means.patience().whole())),
                means.patience().whole().toMillis(),
                TimeUnit.MILLISECONDS);
    outcome.whenComplete((over, none) -> {
      deadline.cancel(false);
      channel.close();
    });
    channel
        .closeFuture()
        .addListener(
            closed -> end(CanaryOutcome.letInBut("the gateway ended the stream without a word")));
    contexts.addServer(channel.pipeline(), means.patience().handshake(), this);
    return channel;
  }

  @Override
  public void onPeer(ChannelHandlerContext context, VerifiedPeer peer) {
    if (!peer.id().equals(gateway.id())) {
      end(
          CanaryOutcome.letInBut(
              "the session in the stream is of %s, expected %s"
                  .formatted(peer.id(), gateway.id())));
      return;
    }
    context.pipeline().addLast("word", new Word());
  }

  @Override
  public void onFailure(HandshakeFailure failure) {
    end(CanaryOutcome.letInBut(failure.message()));
  }

  /** What the gateway says in its session. */
  private final class Word extends SimpleChannelInboundHandler<ByteBuf> {
    private final byte[] expected = Canary.trusted();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf data) {
      int wanted = Math.min(expected.length - said.size(), data.readableBytes());
      said.writeBytes(ByteBufUtil.getBytes(data, data.readerIndex(), wanted));
      if (said.size() == expected.length) {
        end(
            Arrays.equals(said.toByteArray(), expected)
                ? CanaryOutcome.trusted()
                : CanaryOutcome.letInBut("the gateway said something else than it should"));
      }
    }
  }

  /** The first outcome counts. Nothing of this visit stays open. */
  private void end(CanaryOutcome first) {
    if (outcome.isDone()) {
      return;
    }
    dialer.close();
    contexts.close();
    outcome.complete(first);
  }
}

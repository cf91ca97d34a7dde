package io.isthmus.proxy.capture;

import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.outbound.Destination;
import io.isthmus.proxy.outbound.Destinations;
import io.isthmus.proxy.outbound.Outbound;
import io.isthmus.proxy.outbound.Reply;
import io.isthmus.proxy.relay.EndReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** Port 15001: what the application beside this proxy opens. */
@Sharable
public final class CapturedOutbound extends ChannelInboundHandlerAdapter {
  private final Destinations destinations;
  private final Outbound outbound;
  private final Recorder recorder;
  private final Supplier<Party> self;
  private final OriginalDestination original = OriginalDestination.ofKernel();

  /** {@code self} is who the application's connections are made as. */
  public CapturedOutbound(
      Destinations destinations, Outbound outbound, Recorder recorder, Supplier<Party> self) {
    this.destinations = destinations;
    this.outbound = outbound;
    this.recorder = recorder;
    this.self = self;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    channel.config().setAutoRead(false);
    Optional<InetSocketAddress> address = original.of(channel);
    Party source = self.get().withAddress(Party.text(channel.remoteAddress()));
    ConnectionRecord record = recorder.begin(Direction.OUTBOUND, source);
    address.ifPresent(a -> record.destination(Party.at(a)));
    Destination destination =
        address
            // whichever of the Pod's addresses it is: the connection was made to this listener
            .filter(dialled -> !dialled.equals(channel.localAddress()))
            .map(destinations::byAddress)
            .orElseGet(() -> notCaptured(channel));
    outbound.connect(channel, destination, record, new Silent(this, channel));
  }

  private static Destination notCaptured(Channel channel) {
    return new Destination.Refused(
        EndReason.LOOP,
        Party.text(channel.localAddress())
            + " is this proxy itself, and nothing was redirected to it");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  /** An application that knows of no proxy hears a reset, or bytes. */
  record Silent(ChannelInboundHandlerAdapter handler, Channel channel) implements Reply {
    @Override
    public void onOpen() {
      channel.pipeline().remove(handler);
    }

    @Override
    public void onRefused(EndReason reason, String detail) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    }
  }
}

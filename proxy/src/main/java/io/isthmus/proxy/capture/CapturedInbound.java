package io.isthmus.proxy.capture;

import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.outbound.Destination;
import io.isthmus.proxy.outbound.Outbound;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.relay.EndReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Port 15006: plain text that others open to the application beside this proxy. It is carried on as
 * plain text, without an identity: permissive, until policy says otherwise.
 */
@Sharable
public final class CapturedInbound extends ChannelInboundHandlerAdapter {
  private final Outbound connector;
  private final OwnAddresses own;
  private final Recorder recorder;
  private final OriginalDestination original = OriginalDestination.ofKernel();

  public CapturedInbound(Outbound connector, OwnAddresses own, Recorder recorder) {
    this.connector = connector;
    this.own = own;
    this.recorder = recorder;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    channel.config().setAutoRead(false);
    Optional<InetSocketAddress> address = original.of(channel);
    ConnectionRecord record = recorder.begin(Direction.INBOUND, Party.at(channel.remoteAddress()));
    address.ifPresent(a -> record.destination(Party.at(a)));
    Destination destination = address.map(this::application).orElseGet(() -> loop(channel));
    connector.connect(channel, destination, record, new CapturedOutbound.Silent(this, channel));
  }

  private Destination application(InetSocketAddress address) {
    return own.isProxyPort(address.getPort())
        ? new Destination.Refused(
            EndReason.LOOP, Party.text(address) + " is a port of this proxy itself")
        : new Destination.Passthrough(new Endpoint(address, new Tunnel.Plain(), true));
  }

  private static Destination loop(Channel channel) {
    return new Destination.Refused(
        EndReason.LOOP,
        Party.text(channel.localAddress())
            + " is this proxy itself, and nothing was redirected to it");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}

package io.isthmus.proxy.explicit;

import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.outbound.Destination;
import io.isthmus.proxy.outbound.Destinations;
import io.isthmus.proxy.outbound.Outbound;
import io.isthmus.proxy.outbound.Reply;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.function.Supplier;

/** What accepted connections are set up with. */
public final class ExplicitProxy extends ChannelInitializer<Channel> {
  private final Destinations destinations;
  private final Outbound outbound;
  private final Recorder recorder;
  private final Supplier<Party> self;

  /** {@code self} is who the application's connections are made as. */
  public ExplicitProxy(
      Destinations destinations, Outbound outbound, Recorder recorder, Supplier<Party> self) {
    this.destinations = destinations;
    this.outbound = outbound;
    this.recorder = recorder;
    this.self = self;
  }

  @Override
  protected void initChannel(Channel channel) {
    channel.pipeline().addLast("until-asked", new UntilAsked()).addLast(new FirstByte(this));
  }

  /** Where {@code host:port} is asked for by a protocol. */
  record Asked(String protocol, String host, int port) {
    @Override
    public String toString() {
      return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
  }

  void connect(Channel channel, Asked asked, Reply reply) {
    channel.config().setAutoRead(false);
    channel.pipeline().remove("until-asked");
    Destination destination = destinations.byHost(asked.host(), asked.port());
    outbound.connect(channel, destination, record(channel, asked), reply);
  }

  ConnectionRecord record(Channel channel, Asked asked) {
    return recorder
        .begin(Direction.OUTBOUND, self.get().withAddress(Party.text(channel.remoteAddress())))
        .destination(Party.UNKNOWN.withAddress(asked.toString()))
        .protocol(asked.protocol());
  }
}

package io.isthmus.proxy.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** Opens the byte channel that a connection of ours runs on. */
interface Transport {

  /** On the event loop; the initializer sees the channel before its first event. */
  void open(ChannelHandler initializer, Opened opened);

  /** Hears one of the two, once, on the event loop; not both. */
  interface Opened {
    void onChannel(Channel channel);

    void onFailure(TunnelError error);
  }
}

package io.isthmus.proxy.tunnel;

import io.netty.channel.Channel;

/** Opens the byte channel that a connection of ours runs on. */
interface Transport {

  /** On the event loop. */
  void open(Opened opened);

  /** Hears one of the two, once, on the event loop; not both. */
  interface Opened {
    /** An active channel without handlers; nothing was read from it yet. */
    void onChannel(Channel channel);

    void onFailure(TunnelError error);
  }
}

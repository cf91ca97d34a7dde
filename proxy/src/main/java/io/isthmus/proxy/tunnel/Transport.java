package io.isthmus.proxy.tunnel;

import io.netty.channel.Channel;

/** Opens the byte channel that a connection of ours runs on. */
interface Transport {

  /** On the event loop. */
  void open(Opened opened);

  /** Hears {@code onChannel} or {@code onFailure}, once, on the event loop; not both. */
  interface Opened {
    /** An active channel without handlers; nothing was read from it yet. */
    void onChannel(Channel channel);

    void onFailure(TunnelError error);

    /** After {@code onChannel}: what carries the channel is asked to end, and waits for it. */
    void onCarrierDrains();
  }
}

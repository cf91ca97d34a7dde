package io.isthmus.proxy.tunnel;

import io.netty.channel.Channel;

/** Opens the byte channel that a connection of ours runs on. */
interface Transport {

  /** On the event loop. */
  void open(Opened opened);

  /** Who asked. Hears of a channel or a failure, once, on the event loop; not of both. */
  interface Opened {
    /** False when the channel has come to be of no use. */
    boolean isWanted();

    /** An active channel without handlers; nothing was read from it yet. */
    void onChannel(Channel channel);

    void onFailure(TunnelError error);

    /**
     * The connection that carries the channel takes no new streams. It cannot end before the
     * channel does, so the channel should not stay for long.
     */
    void onCarrierDrains();
  }
}

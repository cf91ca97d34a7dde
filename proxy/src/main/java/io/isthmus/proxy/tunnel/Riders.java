package io.isthmus.proxy.tunnel;

import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sessions inside a connection's streams: they have to leave before it can. */
final class Riders {
  private final Map<Channel, Runnable> leave = new LinkedHashMap<>();

  /** {@code onDrain} asks the session on {@code channel} to leave; forgotten when that closes. */
  void add(Channel channel, Runnable onDrain) {
    leave.put(channel, onDrain);
    channel.closeFuture().addListener(closed -> leave.remove(channel));
  }

  void drain() {
    List.copyOf(leave.values()).forEach(Runnable::run); // those that close at once are removed
  }
}

package io.isthmus.proxy.xds;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.netty.channel.EventLoop;

/**
 * Makes calls of its own on the connection that carries the configuration, so that a proxy has one
 * connection to its control plane and not two. On the connection's loop.
 */
public interface ConnectionUser {

  /**
   * An authenticated connection whose stream has been answered.
   *
   * @param options how calls on it authenticate
   */
  record Shared(Channel channel, CallOptions options, EventLoop loop) {}

  void onOpened(Shared connection);

  /** It is over, and the calls on it with it. Another one may follow. */
  void onClosed();

  /** Makes no calls. */
  ConnectionUser NONE =
      new ConnectionUser() {
        @Override
        public void onOpened(Shared connection) {}

        @Override
        public void onClosed() {}
      };
}

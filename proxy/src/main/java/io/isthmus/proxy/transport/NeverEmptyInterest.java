package io.isthmus.proxy.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Keeps a channel's interest from becoming empty. In Netty 4.2.18 (since pull request 16689) an
 * empty interest takes the file descriptor out of epoll, but it stays marked as added, so that the
 * next change fails with ENOENT and the connection dies: a FIN while reads are paused, or a
 * half-close with a full send buffer, is enough. {@code EPOLLET} alone asks for no event either and
 * leaves the descriptor in place.
 *
 * <p>To be removed with the Netty release that adds the descriptor again after an empty interest;
 * {@code NeverEmptyInterestIT} shows the failure without this class.
 */
final class NeverEmptyInterest implements IoHandler {
  private final IoHandler handler;

  private NeverEmptyInterest(IoHandler handler) {
    this.handler = handler;
  }

  static IoHandlerFactory around(IoHandlerFactory factory) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new NeverEmptyInterest(factory.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    handler.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return handler.run(context);
  }

  @Override
  public void prepareToDestroy() {
    handler.prepareToDestroy();
  }

  @Override
  public void destroy() {
    handler.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(handler.register(handle));
  }

  @Override
  public void wakeup() {
    handler.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return handler.isCompatible(type);
  }

  private record Registration(IoRegistration registration) implements IoRegistration {
    @Override
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      boolean empty = ops instanceof EpollIoOps epoll && epoll.value() == 0;
      return registration.submit(empty ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}

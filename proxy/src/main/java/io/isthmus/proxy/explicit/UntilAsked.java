package io.isthmus.proxy.explicit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.concurrent.TimeUnit;

/** Until a destination was asked for, a connection neither idles nor half-closes. */
final class UntilAsked extends ReadTimeoutHandler {
  private static final int SECONDS = 30;

  UntilAsked() {
    super(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }
}

package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ConnectHandler;

/** Makes the handler for one verified connection's requests. On the connection's event loop. */
public interface CallerHandlers {
  ConnectHandler handlerFor(Caller caller);
}

package io.isthmus.proxy.hbone;

/** Server role: takes CONNECT requests that passed all checks of the wire. */
public interface ConnectHandler {

  /**
   * A caller asks for a tunnel. {@link TunnelStream#respond} is called later, when the target is
   * connected or refused.
   */
  StreamListener onConnect(TunnelStream stream, ConnectRequest request);
}

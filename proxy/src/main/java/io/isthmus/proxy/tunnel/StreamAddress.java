package io.isthmus.proxy.tunnel;

import java.net.SocketAddress;

/** Where a {@link StreamChannel} is: in its connection, by the stream's id. */
final class StreamAddress extends SocketAddress {
  private static final long serialVersionUID = 1L;

  private final int id;

  StreamAddress(int id) {
    this.id = id;
  }

  @Override
  public String toString() {
    return "stream " + id;
  }
}

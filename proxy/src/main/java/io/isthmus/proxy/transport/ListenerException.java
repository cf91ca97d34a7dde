package io.isthmus.proxy.transport;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** An address could not be listened on. The message names it and the setting it came from. */
public final class ListenerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ListenerException(String setting, InetSocketAddress address, Throwable cause) {
    super(
        "cannot listen on %s (--%s=...): %s. Check that no other process has the port, and that the"
                .formatted(text(address), setting, cause.getMessage())
            + " address is one of this machine's",
        cause);
  }

  private static String text(InetSocketAddress address) {
    return address.isUnresolved() ? address.toString() : NetUtil.toSocketAddressString(address);
  }
}

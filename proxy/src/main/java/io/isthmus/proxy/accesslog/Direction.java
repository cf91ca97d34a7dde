package io.isthmus.proxy.accesslog;

import java.util.Locale;

/** Which way a connection goes through this process. */
public enum Direction {
  /** From the mesh to the application beside this proxy. */
  INBOUND,
  /** From the application beside this proxy. */
  OUTBOUND,
  /** From another cluster through this gateway. */
  GATEWAY;

  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

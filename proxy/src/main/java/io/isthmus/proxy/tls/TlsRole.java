package io.isthmus.proxy.tls;

import java.util.Locale;

/** Which side of a handshake this process is. */
public enum TlsRole {
  CLIENT,
  SERVER;

  /** As a metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

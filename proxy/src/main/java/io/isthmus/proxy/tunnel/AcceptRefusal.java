package io.isthmus.proxy.tunnel;

import java.util.Locale;

/** Why an accepted connection was closed. Failed handshakes are counted by {@code tls}. */
public enum AcceptRefusal {
  TOO_MANY_CONNECTIONS,
  TOO_MANY_HANDSHAKES,
  TOO_MANY_OF_PEER,
  MEMORY_OF_PEER_SPENT,
  OUT_OF_MEMORY,
  NOT_READY,
  NOT_TRUSTED_ANY_MORE,
  DRAINING;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

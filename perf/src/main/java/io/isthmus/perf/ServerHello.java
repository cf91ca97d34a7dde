package io.isthmus.perf;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The cipher suite and the key-exchange group that a TLS 1.3 server chose, read from its
 * ServerHello (RFC 8446, section 4.1.3).
 */
record ServerHello(int cipherSuite, int group) {
  private static final int HANDSHAKE = 22;
  private static final int SERVER_HELLO = 2;
  private static final int KEY_SHARE = 51;

  /** Finds a ServerHello at the start of a TCP payload. */
  static Optional<ServerHello> parse(ByteBuffer payload) {
    ByteBuffer b = payload.slice();
    if (b.remaining() < 50 || b.get(0) != HANDSHAKE || b.get(5) != SERVER_HELLO) {
      return Optional.empty();
    }
    b.position(5 + 4 + 2 + 32);
    int session = b.get() & 0xff;
    b.position(b.position() + session);
    int suite = b.getShort() & 0xffff;
    b.get();
    int end = (b.getShort() & 0xffff) + b.position();
    while (b.position() + 4 <= Math.min(end, b.limit())) {
      int type = b.getShort() & 0xffff;
      int length = b.getShort() & 0xffff;
      if (type == KEY_SHARE) {
        return Optional.of(new ServerHello(suite, b.getShort(b.position()) & 0xffff));
      }
      b.position(b.position() + length);
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    String suite =
        switch (cipherSuite) {
          case 0x1301 -> "TLS_AES_128_GCM_SHA256";
          case 0x1302 -> "TLS_AES_256_GCM_SHA384";
          case 0x1303 -> "TLS_CHACHA20_POLY1305_SHA256";
          default -> "suite 0x%04x".formatted(cipherSuite);
        };
    String name =
        switch (group) {
          case 29 -> "X25519";
          case 23 -> "P-256";
          case 0x11ec -> "X25519MLKEM768";
          default -> "group 0x%04x".formatted(group);
        };
    return suite + ", " + name;
  }
}

package io.isthmus.e2e.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A protobuf message of length-delimited fields, as somebody writes it who has no schema. */
final class WireMessage {
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  WireMessage text(int field, String value) {
    return message(field, value.getBytes(UTF_8));
  }

  WireMessage message(int field, WireMessage value) {
    return message(field, value.bytes());
  }

  private WireMessage message(int field, byte[] value) {
    varint(field << 3 | LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** As gRPC sends it, not compressed. */
  static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }
}

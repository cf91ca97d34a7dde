package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;

/** The peer's SETTINGS in force, each checked against the bounds of RFC 9113, section 6.5.2. */
final class PeerSettings {

  private final Role role;
  private int initialWindow = HboneSettings.RFC_WINDOW;
  private int maxFrameSize = HboneSettings.MIN_FRAME_SIZE;
  private int maxConcurrentStreams = Integer.MAX_VALUE;
  private long headerTableSize = 4096;

  PeerSettings(Role role) {
    this.role = role;
  }

  int initialWindow() {
    return initialWindow;
  }

  int maxFrameSize() {
    return maxFrameSize;
  }

  int maxConcurrentStreams() {
    return maxConcurrentStreams;
  }

  long headerTableSize() {
    return headerTableSize;
  }

  /** Takes the payload of a SETTINGS frame; unknown settings are ignored. */
  void apply(ByteBuf payload, int length) throws ConnectionFault {
    if (length % 6 != 0) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of " + length + " bytes, expected a multiple of 6");
    }
    for (int i = 0; i < length; i += 6) {
      int id = payload.readUnsignedShort();
      apply(id, payload.readUnsignedInt());
    }
  }

  private void apply(int id, long value) throws ConnectionFault {
    switch (id) {
      case Frame.HEADER_TABLE_SIZE -> headerTableSize = value;
      case Frame.ENABLE_PUSH -> {
        // A server must not offer push at all (section 6.5.2).
        int most = role == Role.SERVER ? 1 : 0;
        check("ENABLE_PUSH", value, 0, most, ErrorCode.PROTOCOL_ERROR);
      }
      case Frame.MAX_CONCURRENT_STREAMS ->
          maxConcurrentStreams = (int) Math.min(value, Integer.MAX_VALUE);
      case Frame.INITIAL_WINDOW_SIZE ->
          initialWindow =
              check(
                  "INITIAL_WINDOW_SIZE", value, 0, Integer.MAX_VALUE, ErrorCode.FLOW_CONTROL_ERROR);
      case Frame.MAX_FRAME_SIZE ->
          maxFrameSize =
              check(
                  "MAX_FRAME_SIZE",
                  value,
                  HboneSettings.MIN_FRAME_SIZE,
                  HboneSettings.MAX_FRAME_SIZE,
                  ErrorCode.PROTOCOL_ERROR);
      default -> {
        // Unknown, or the header list size: our requests are far below any limit in use.
      }
    }
  }

  private static int check(String name, long value, int least, int most, ErrorCode code)
      throws ConnectionFault {
    if (value < least || value > most) {
      throw new ConnectionFault(
          code, name + " is " + value + ", expected " + least + " to " + most);
    }
    return (int) value;
  }
}

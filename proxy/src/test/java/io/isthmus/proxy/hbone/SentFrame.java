package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** A frame as it stands on the wire. */
record SentFrame(int type, int flags, int streamId, byte[] payload) {

  private static final String[] NAMES = {
    "DATA",
    "HEADERS",
    "PRIORITY",
    "RST_STREAM",
    "SETTINGS",
    "PUSH_PROMISE",
    "PING",
    "GOAWAY",
    "WINDOW_UPDATE",
    "CONTINUATION"
  };

  static List<SentFrame> parse(ByteBuf in) {
    List<SentFrame> frames = new ArrayList<>();
    while (in.isReadable()) {
      int length = in.readUnsignedMedium();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int streamId = in.readInt();
      byte[] payload = new byte[length];
      in.readBytes(payload);
      frames.add(new SentFrame(type, flags, streamId, payload));
    }
    return frames;
  }

  int word(int offset) {
    return Unpooled.wrappedBuffer(payload).getInt(offset);
  }

  /** Such as "DATA 3 5 END", "RST_STREAM 1 CANCEL", "WINDOW_UPDATE 0 100", "GOAWAY 1 NO_ERROR". */
  @Override
  public String toString() {
    String head = NAMES[type];
    boolean bit0 = (flags & 1) != 0;
    return switch (type) {
      case Frame.DATA -> head + " " + streamId + " " + payload.length + (bit0 ? " END" : "");
      case Frame.HEADERS -> head + " " + streamId + (bit0 ? " END" : "");
      case Frame.RST_STREAM -> head + " " + streamId + " " + ErrorCode.ofWire(word(0));
      case Frame.WINDOW_UPDATE -> head + " " + streamId + " " + word(0);
      case Frame.GOAWAY -> head + " " + word(0) + " " + ErrorCode.ofWire(word(4));
      case Frame.PING, Frame.SETTINGS -> head + (bit0 ? " ACK" : "");
      default -> head + " " + streamId + " " + ByteBufUtil.hexDump(payload);
    };
  }
}

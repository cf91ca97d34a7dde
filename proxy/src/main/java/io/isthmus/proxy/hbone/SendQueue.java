package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Bytes of one stream that wait for windows and for the flush of this loop iteration. What an app
 * wrote in many small pieces leaves in one DATA frame: peers meter frames below 256 bytes.
 */
final class SendQueue {

  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(4);
  private long bytes;

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  /** Takes ownership of a readable buffer. */
  void add(ByteBuf data) {
    buffers.add(data);
    bytes += data.readableBytes();
  }

  /** Moves the first {@code count} bytes to the writer. */
  void moveTo(FrameWriter writer, int count) {
    bytes -= count;
    int left = count;
    while (left > 0) {
      ByteBuf head = buffers.element();
      int size = head.readableBytes();
      if (size <= left) {
        buffers.remove();
        writer.payload(head);
        left -= size;
      } else {
        writer.payload(head.readRetainedSlice(left));
        left = 0;
      }
    }
  }

  void release() {
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    bytes = 0;
  }
}

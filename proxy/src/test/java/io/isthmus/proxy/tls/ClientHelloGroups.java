package io.isthmus.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.List;

/** Reads the supported_groups of the ClientHello that passes by (RFC 8446, 4.2.7). */
final class ClientHelloGroups extends ChannelOutboundHandlerAdapter {
  private static final int SUPPORTED_GROUPS = 10;

  private final List<Integer> groups;
  private boolean seen;

  ClientHelloGroups(List<Integer> groups) {
    this.groups = groups;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!seen && message instanceof ByteBuf record && record.readableBytes() > 0) {
      seen = true;
      read(record.duplicate());
    }
    context.write(message, promise);
  }

  private void read(ByteBuf hello) {
    hello.skipBytes(5 + 4 + 2 + 32); // record, handshake header, version, random
    hello.skipBytes(hello.readUnsignedByte()); // session id
    hello.skipBytes(hello.readUnsignedShort()); // cipher suites
    hello.skipBytes(hello.readUnsignedByte()); // compression
    int end = hello.readUnsignedShort() + hello.readerIndex();
    while (hello.readerIndex() < end) {
      int type = hello.readUnsignedShort();
      ByteBuf body = hello.readSlice(hello.readUnsignedShort());
      if (type == SUPPORTED_GROUPS) {
        body.skipBytes(2);
        while (body.isReadable()) {
          groups.add(body.readUnsignedShort());
        }
      }
    }
  }
}

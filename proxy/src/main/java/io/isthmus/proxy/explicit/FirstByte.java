package io.isthmus.proxy.explicit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import java.util.List;

/** Tells SOCKS5 (its first byte is 5) from HTTP (which begins with a letter). */
final class FirstByte extends ByteToMessageDecoder {
  private static final int SOCKS5 = 5;

  private final ExplicitProxy proxy;

  FirstByte(ExplicitProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!in.isReadable()) {
      return;
    }
    byte first = in.getByte(in.readerIndex());
    ChannelPipeline pipeline = ctx.pipeline();
    if (first == SOCKS5) {
      pipeline
          .addLast(Socks5ServerEncoder.DEFAULT)
          .addLast("greeting", new Socks5InitialRequestDecoder())
          .addLast(new SocksHandler(proxy));
    } else if (first >= 'A' && first <= 'Z') {
      HttpRequestDecoder decoder =
          new HttpRequestDecoder(new HttpDecoderConfig().setStrictLineParsing(true));
      decoder.setSingleDecode(true); // what follows the head is not HTTP
      pipeline.addLast("head", decoder).addLast(new HttpConnectHandler(proxy));
    } else {
      in.skipBytes(in.readableBytes());
      ctx.close();
      return;
    }
    pipeline.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}

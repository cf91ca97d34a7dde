package io.isthmus.mirror.names;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A DNS server on loopback that knows what it is told, and remembers what it was asked. */
final class TestDns implements AutoCloseable {
  private static final int TTL = 5;

  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final Map<String, DnsResponseCode> refusals = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel =
      new Bootstrap()
          .group(loops)
          .channel(NioDatagramChannel.class)
          .handler(
              new ChannelInitializer<NioDatagramChannel>() {
                @Override
                protected void initChannel(NioDatagramChannel socket) {
                  socket
                      .pipeline()
                      .addLast(
                          new DatagramDnsQueryDecoder(),
                          new DatagramDnsResponseEncoder(),
                          new Server());
                }
              })
          .bind(InetAddress.getLoopbackAddress(), 0)
          .syncUninterruptibly()
          .channel();

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Answers nothing to a name that it does not know at all, as a server that is gone. */
  void know(String name, String address) {
    addresses.put(name, address);
  }

  void refuse(String name, DnsResponseCode code) {
    refusals.put(name, code);
  }

  /** Names and types, in the order in which they came. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private final class Server extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      asked.add(question.name() + " " + question.type().name());
      DatagramDnsResponse answer =
          new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
      answer.addRecord(DnsSection.QUESTION, question);
      Optional<String> address = Optional.ofNullable(addresses.get(question.name()));
      Optional<DnsResponseCode> refusal = Optional.ofNullable(refusals.get(question.name()));
      address.ifPresent(known ->
          answer.addRecord(
              DnsSection.ANSWER,
              new DefaultDnsRawRecord(
                  question.name(),
                  question.type(),
                  TTL,
                  Unpooled.wrappedBuffer(NetUtil.createByteArrayFromIpAddressString(known)))));
      refusal.ifPresent(answer::setCode);
      if (address.isPresent() || refusal.isPresent()) {
        context.writeAndFlush(answer);
      } else {
        answer.release();
      }
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully();
  }
}

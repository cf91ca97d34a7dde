package io.isthmus.proxy.capture;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Where a redirected connection was going, by {@code SO_ORIGINAL_DST} (linux/netfilter_ipv4.h) and
 * {@code IP6T_SO_ORIGINAL_DST} (linux/netfilter_ipv6/ip6_tables.h).
 */
interface OriginalDestination {
  /** Empty when the kernel knows of no redirection. */
  Optional<InetSocketAddress> of(Channel channel);

  /** Asks the kernel; needs the epoll transport. */
  static OriginalDestination ofKernel() {
    return new Kernel();
  }

  final class Kernel implements OriginalDestination {
    private static final int IPV6_LEVEL = 41;
    private static final int OPTION = 80;
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;
    private static final RawUnixChannelOption IPV4 =
        new RawUnixChannelOption("SO_ORIGINAL_DST", 0, OPTION, IPV4_LENGTH);
    private static final RawUnixChannelOption IPV6 =
        new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", IPV6_LEVEL, OPTION, IPV6_LENGTH);

    private Kernel() {}

    @Override
    public Optional<InetSocketAddress> of(Channel channel) {
      RawUnixChannelOption option = isIpv6(channel.localAddress()) ? IPV6 : IPV4;
      try {
        ByteBuffer address = channel.config().getOption(option);
        return address == null ? Optional.empty() : Optional.of(read(address));
      } catch (ChannelException e) {
        return Optional.empty(); // ENOENT: conntrack has no such connection
      }
    }

    private static boolean isIpv6(SocketAddress local) {
      return local instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
    }

    /** {@code sockaddr_in} or {@code sockaddr_in6}: family, port, then the address. */
    static InetSocketAddress read(ByteBuffer sockaddr) {
      ByteBuffer bytes = sockaddr.duplicate().order(ByteOrder.BIG_ENDIAN);
      boolean ipv6 = bytes.remaining() >= IPV6_LENGTH;
      int port = Short.toUnsignedInt(bytes.getShort(bytes.position() + 2));
      byte[] ip = new byte[ipv6 ? 16 : 4];
      bytes.get(bytes.position() + (ipv6 ? 8 : 4), ip);
      try {
        return new InetSocketAddress(InetAddress.getByAddress(ip), port);
      } catch (UnknownHostException e) {
        throw new AssertionError("4 or 16 bytes are an address", e);
      }
    }
  }
}

package io.isthmus.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class OriginalDestinationTest {
  @Test
  void readsAnIpv4SocketAddress() {
    assertThat(read("0200 0050 0a600007 0000000000000000"))
        .isEqualTo(new InetSocketAddress("10.96.0.7", 80));
  }

  @Test
  void readsAPortAbove32767() {
    assertThat(read("0200 ea60 0a600007 0000000000000000").getPort()).isEqualTo(60000);
  }

  @Test
  void readsAnIpv6SocketAddress() {
    assertThat(read("0a00 0050 00000000 fd000000000000000000000000000007 00000000"))
        .isEqualTo(new InetSocketAddress("fd00::7", 80));
  }

  private static InetSocketAddress read(String hex) {
    return OriginalDestination.Kernel.read(
        ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }
}

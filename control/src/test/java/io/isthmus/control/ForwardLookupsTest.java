package io.isthmus.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class ForwardLookupsTest {
  /** By the machine's own table it would be localhost. */
  @Test
  void nobodyIsAskedForTheNameOfAnAddress() throws Exception {
    assertThat(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).getHostName())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void namesAreLookedUpAsEver() throws Exception {
    assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
  }
}

package io.isthmus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressesTest {
  @Test
  void givesEachProcessItsOwnAddress() {
    Addresses addresses = new Addresses("127.1.0");

    assertThat(addresses.api()).isEqualTo("127.1.0.1");
    assertThat(addresses.gateway()).isEqualTo("127.1.0.2");
    assertThat(addresses.control()).isEqualTo("127.1.0.3");
    assertThat(addresses.mirrorController()).isEqualTo("127.1.0.4");
    assertThat(addresses.pod(2)).isEqualTo("127.1.0.12");
  }

  @Test
  void refusesAPrefixThatIsNoneByItsValue() {
    assertThatThrownBy(() -> new Addresses("127.1"))
        .hasMessage("address prefix \"127.1\": expected three numbers, like 127.1.0");
  }

  @Test
  void keepsAdminPagesOnLoopbackWhereTheClusterIsNot() {
    PodIdentity pod = new PodIdentity("shop", "client", "client-1", "198.18.2.10");

    assertThat(ProcessSpecs.admin(pod)).isEqualTo("127.202.0.10:15000");
  }
}

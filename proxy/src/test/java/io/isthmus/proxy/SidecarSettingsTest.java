package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.settings.InvalidSettingsException;
import io.isthmus.settings.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SidecarSettingsTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:15080", "127.3.2.1:0", "[::1]:15080", "10.1.0.2:15080"})
  void servesTheExplicitProxyOnLoopbackAndOnThePodsOwnAddress(String address)
      throws InvalidSettingsException {
    assertThat(
            read("10.1.0.2", "--explicit-address=" + address).get(SidecarSettings.EXPLICIT_ADDRESS))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:15080", "[::]:15080", "10.1.0.3:15080", "192.0.2.1:15080"})
  void refusesToServeTheExplicitProxyToOthers(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("10.1.0.2", "--explicit-address=" + address))
        .withMessageStartingWith("explicit-address=")
        .withMessageContaining("expected a loopback address or pod-ip, 10.1.0.2");
  }

  @Test
  void refusesTheWildcardEvenAsThePodsAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("0.0.0.0", "--explicit-address=0.0.0.0:15080"))
        .withMessageStartingWith("explicit-address=0.0.0.0:15080: expected a loopback address");
  }

  @Test
  void needsNoExplicitProxy() throws InvalidSettingsException {
    assertThat(read("10.1.0.2").get(SidecarSettings.EXPLICIT_ADDRESS)).isEmpty();
  }

  private static SidecarSettings read(String podIp, String... more)
      throws InvalidSettingsException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--cluster=west",
                "--trust-domain=west.demo",
                "--namespace=shop",
                "--service-account=hello",
                "--pod=hello-1",
                "--pod-ip=" + podIp,
                "--control-address=127.0.0.1:15012",
                "--control-bundle=unused",
                "--token-file=unused"));
    args.addAll(List.of(more));
    return new SidecarSettings(
        SettingsReader.of(SidecarSettings.all()).read(args.toArray(String[]::new)));
  }
}

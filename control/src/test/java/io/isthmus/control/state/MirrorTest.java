package io.isthmus.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MirrorTest {
  private static Optional<String> remoteNamespace(String host) {
    return new Mirror("west", host, TunnelMode.END_TO_END).remoteNamespace();
  }

  @Test
  void theNamespaceIsInTheHost() {
    assertThat(remoteNamespace("hello.shop.svc.cluster.local")).contains("shop");
  }

  /** Each would become an identity to expect that a proxy refuses, with all that came with it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "hello.shop.svc",
        "hello.shop.pod.cluster.local",
        "hello.a/sa/b.svc.cluster.local",
        "hello..svc.cluster.local",
        ".shop.svc.cluster.local",
        "hello.shop.svc.",
        "hello.shop.svc.cluster.local.",
        "hello.shop.svc.cluster.local:80",
        "hello.Shop.svc.cluster.local",
        "hello.sh op.svc.cluster.local"
      })
  void whatIsNoServicesHostHasNone(String host) {
    assertThat(remoteNamespace(host)).isEmpty();
  }
}

package io.isthmus.mirror.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PodResolverTest {
  private static final List<String> POD =
      List.of(
          "# by the kubelet",
          "search isthmus-system.svc.west.local svc.west.local west.local example.com",
          "nameserver 10.96.0.10",
          "nameserver fd00::a",
          "options ndots:5 timeout:2");

  @Test
  void readsWhatTheKubeletWrites() {
    PodResolver pod = PodResolver.parse(POD).orElseThrow();

    assertThat(pod)
        .isEqualTo(
            new PodResolver(
                List.of("10.96.0.10", "fd00::a"),
                List.of(
                    "isthmus-system.svc.west.local", "svc.west.local", "west.local", "example.com"),
                5,
                "west.local"));
    assertThat(pod.fullName("shop", "hello-east")).isEqualTo("hello-east.shop.svc.west.local.");
  }

  @Test
  void triesARelativeNameThroughTheSearchListFirstUnlessItHasDotsEnough() {
    PodResolver pod = new PodResolver(List.of("10.96.0.10"), List.of("svc.a", "a"), 2, "a");

    assertThat(pod.expansions("hello.shop"))
        .containsExactly("hello.shop.svc.a.", "hello.shop.a.", "hello.shop.");
    assertThat(pod.expansions("hello.shop.svc"))
        .containsExactly("hello.shop.svc.", "hello.shop.svc.svc.a.", "hello.shop.svc.a.");
  }

  @Test
  void machineThatIsNoPodOfTheClusterHasNone() {
    assertThat(PodResolver.parse(List.of("nameserver 192.0.2.1", "search example.com"))).isEmpty();
    assertThat(PodResolver.parse(List.of("search svc.west.local"))).isEmpty();
    assertThat(PodResolver.parse(List.of())).isEmpty();
    assertThat(PodResolver.read(Path.of("/no/such/resolv.conf"))).isEmpty();
  }

  @Test
  void lastSearchLineAndLastNdotsCountAndDefaultsAreTheResolvers() {
    assertThat(
            PodResolver.parse(
                List.of("search a", "search svc.b. b.", "nameserver 192.0.2.1", "options")))
        .contains(new PodResolver(List.of("192.0.2.1"), List.of("svc.b", "b"), 1, "b"));
    assertThat(
            PodResolver.parse(
                List.of("search svc.b", "nameserver 192.0.2.1", "options ndots:2 ndots:3")))
        .hasValueSatisfying(pod -> assertThat(pod.ndots()).isEqualTo(3));
  }
}

package io.isthmus.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.metrics.ProxyMetrics.OpenTunnels;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AdminPagesTest {
  private final TestCa ca = TestCa.create("west.demo");
  private final Svid svid = ca.svid("shop", "web");
  private final ConfigHolder config = new ConfigHolder(InstantSource.system());
  private final AtomicInteger drains = new AtomicInteger();
  private final Pages pages =
      AdminPages.of(
          new AdminPages.Sources(
              config,
              () -> Optional.of(svid),
              () -> new OpenTunnels(1, 2, Set.of()),
              drains::incrementAndGet),
          LogLevel.ofThisProcess());

  @Test
  void showsCertificatesAndConfigurationButNeverTheKey() {
    config.set(
        new MeshConfig(
            "7",
            Map.of(new InetSocketAddress("10.96.0.7", 80), "outbound/shop/hello/80"),
            Map.of(),
            Map.of(),
            new Inbound(Map.of(ca.trustDomain(), "west"), Map.of()),
            BundleSet.of(ca.bundle())));
    String key =
        Base64.getEncoder().encodeToString(svid.privateKey().getEncoded()).substring(40, 80);
    assertThat(get("/certs"))
        .contains("\"id\":\"" + svid.id() + "\"", Fingerprint.of(svid.leaf()))
        .doesNotContain(key);
    assertThat(get("/config_dump"))
        .contains("\"version\":\"7\"", "\"10.96.0.7:80\":\"outbound/shop/hello/80\"")
        .contains(ca.bundle().digest())
        .doesNotContain(key, "PRIVATE");
    assertThat(get("/tunnels")).contains("\"dialled\":{\"tunnels\":1,\"streams\":2}");
  }

  @Test
  void drainsByPostOnly() {
    assertThat(answer(HttpMethod.GET, "/drain").status()).isEqualTo(405);
    assertThat(drains).hasValue(0);
    assertThat(answer(HttpMethod.POST, "/drain").status()).isEqualTo(202);
    assertThat(drains).hasValue(1);
  }

  @Test
  void changesTheLogLevelAndNamesTheChoicesOtherwise() {
    String before = LogLevel.ofThisProcess().current();
    assertThat(answer(HttpMethod.POST, "/loglevel?level=debug").status()).isEqualTo(200);
    assertThat(get("/loglevel")).isEqualTo("debug\n");
    assertThat(text(answer(HttpMethod.POST, "/loglevel?level=loud")))
        .isEqualTo("level=loud: expected one of [error, warn, info, debug]\n");
    LogLevel.ofThisProcess().set(before);
  }

  @Test
  void listsThePagesWhereThereIsNone() {
    Page page = answer(HttpMethod.GET, "/nothing");
    assertThat(page.status()).isEqualTo(404);
    assertThat(text(page)).contains("/nothing is no page here", "/config_dump");
  }

  @Test
  void refusesAnAdminAddressThatOthersCanReach() {
    assertThatThrownBy(() -> AdminPages.requireLoopback(new InetSocketAddress("0.0.0.0", 15000)))
        .hasMessageContaining("expected a loopback address");
    assertThat(AdminPages.requireLoopback(new InetSocketAddress("127.1.0.10", 15000)).getPort())
        .isEqualTo(15000);
  }

  private Page answer(HttpMethod method, String path) {
    return pages.answer(method, path).toCompletableFuture().join();
  }

  private String get(String path) {
    return text(answer(HttpMethod.GET, path));
  }

  private static String text(Page page) {
    return new String(page.body(), UTF_8);
  }
}

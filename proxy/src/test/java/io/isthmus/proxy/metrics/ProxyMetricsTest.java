package io.isthmus.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsRole;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.tunnel.AcceptRefusal;
import io.isthmus.proxy.tunnel.TunnelError;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProxyMetricsTest {
  private static final Path TABLE =
      Path.of(System.getProperty("isthmus.root", ".."), "docs", "metrics.md");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_000));

  private final ProxyMetrics metrics = new ProxyMetrics(CLOCK);

  private final TlsContexts contexts = new TlsContexts(CLOCK, HandshakeObserver.none());

  @AfterEach
  void close() {
    contexts.close();
  }

  @Test
  void exposesExactlyTheDocumentedNames() throws IOException {
    exerciseAll();
    Set<String> exposed =
        metrics
            .scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(exposed).isEqualTo(documented());
  }

  private static Set<String> documented() throws IOException {
    return Pattern.compile("(?m)^\\| `(isthmus_[a-z_]+)` \\|")
        .matcher(Files.readString(TABLE).split("(?m)^## Control plane", 2)[0])
        .results()
        .map((MatchResult row) -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void exerciseAll() {
    TestCa ca = TestCa.create("west.demo");
    ConfigHolder config = new ConfigHolder(CLOCK);
    config.set(MeshConfig.EMPTY);
    metrics
        .watchConfig(config)
        .watchSvid(() -> Optional.of(ca.svid("shop", "web")), () -> 0)
        .watchTrust(contexts)
        .watchMemory(new MemoryBudget(64 << 20))
        .watchAccessLog(() -> 0);
    contexts.update(
        new TrustMaterial(
            ca.svid("shop", "web"), BundleSet.of(ca.bundle()), Set.of(ca.trustDomain())));
    metrics.trust().onRefused(ca.trustDomain());
    metrics.onSucceeded(TlsRole.CLIENT, Duration.ofMillis(1));
    metrics.tunnels().onFailed(new TunnelError.NotReady());
    metrics.accepts().onRefused(AcceptRefusal.DRAINING);
    ConnectionObserver connection = metrics.connections().observer(labels("hello"));
    connection.onOpened();
    connection.onSent(1);
    connection.onReceived(1);
    connection.onClosed(EndReason.CLOSED_BY_CALLER);
  }

  @Test
  void countsBytesAndEndsUnderTheLabelsOfTheirConnection() {
    ConnectionObserver connection = metrics.connections().observer(labels("hello"));
    connection.onOpened();
    connection.onSent(10);
    connection.onSent(5);
    connection.onClosed(EndReason.RESET_BY_TARGET);
    String labels =
        "direction=\"outbound\",flow=\"sent\",namespace=\"shop\",peer_cluster=\"east\","
            + "peer_trust_domain=\"east.demo\",service=\"hello\",tls=\"mutual\"";
    assertThat(metrics.scrape())
        .contains("isthmus_bytes_total{" + labels + "} 15.0")
        .containsPattern("isthmus_connections_closed_total\\{.*reason=\"reset_by_target\".*} 1.0");
  }

  @Test
  void tellsABoundedNumberOfLabelSetsApart() {
    for (int i = 0; i < ConnectionMeters.MAX_LABEL_SETS + 1000; i++) {
      metrics.connections().observer(labels("service-" + i)).onOpened();
    }
    assertThat(metrics.scrape().lines())
        .filteredOn(line -> line.startsWith("isthmus_connections_opened_total{"))
        .hasSize(ConnectionMeters.MAX_LABEL_SETS + 1)
        .anyMatch(line -> line.contains("service=\"other\"") && line.endsWith(" 1000.0"));
  }

  @Test
  void anAnchorThatNothingStandsOnShowsZero() {
    TestCa ca = TestCa.create("west.demo");
    metrics.watchTrust(contexts);
    contexts.update(
        new TrustMaterial(
            ca.svid("shop", "web"), BundleSet.of(ca.bundle()), Set.of(ca.trustDomain())));
    assertThat(metrics.scrape())
        .contains(
            "isthmus_connections_by_anchor{anchor=\"%s\",trust_domain=\"west.demo\"} 0.0"
                .formatted(Fingerprint.of(ca.root().certificate()).substring(0, 16)));
  }

  @Test
  void goesOnReadingWhatNobodyElseHolds() {
    Svid svid = TestCa.create("west.demo").svid("shop", "web");
    AtomicLong count = new AtomicLong(1);
    metrics.watchSvid(() -> Optional.of(svid), count::get).watchAccessLog(count::get);
    WeakReference<Object> unheld = new WeakReference<>(new Object());
    while (unheld.get() != null) {
      System.gc();
    }
    count.set(7);
    assertThat(metrics.scrape())
        .contains("isthmus_svid_failures_total 7.0", "isthmus_access_log_dropped_total 7.0")
        .doesNotContain("isthmus_svid_expiry_timestamp_seconds NaN");
  }

  @Test
  void namesWhyAHandshakeFailed() {
    metrics.onFailed(TlsRole.SERVER, new HandshakeFailure.NoClientCertificate());
    assertThat(metrics.scrape())
        .contains("isthmus_handshakes_total{result=\"no_client_certificate\",role=\"server\"} 1.0");
  }

  private static ConnectionLabels labels(String service) {
    return new ConnectionLabels(Direction.OUTBOUND, service, "shop", "east", "east.demo", "mutual");
  }
}

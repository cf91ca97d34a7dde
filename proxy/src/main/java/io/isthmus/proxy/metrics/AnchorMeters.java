package io.isthmus.proxy.metrics;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.proxy.tls.LivePeers;
import io.isthmus.proxy.tls.TlsContexts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Open connections by the anchor that vouched for their peer. Anchors in force that nothing stands
 * on show 0, which is what somebody who wants to retire one looks for. Counted when asked for.
 */
final class AnchorMeters {
  static final int MAX_ANCHORS = 64;

  private final MultiGauge gauge;
  private volatile @Nullable TlsContexts contexts;

  AnchorMeters(MeterRegistry registry) {
    this.gauge = MultiGauge.builder("isthmus.connections.by.anchor").register(registry);
  }

  void watch(TlsContexts watched) {
    contexts = watched;
  }

  void refresh() {
    TlsContexts watched = contexts;
    if (watched != null) {
      gauge.register(rows(counts(watched)), true);
    }
  }

  private static Map<LivePeers.Anchor, Integer> counts(TlsContexts contexts) {
    Map<LivePeers.Anchor, Integer> counts = new HashMap<>(contexts.livePeers().byAnchor());
    contexts
        .current()
        .ifPresent(generation ->
            generation
                .material()
                .bundles()
                .bundles()
                .values()
                .forEach(bundle -> addUnused(bundle, counts)));
    return counts;
  }

  private static void addUnused(TrustBundle bundle, Map<LivePeers.Anchor, Integer> counts) {
    bundle
        .anchors()
        .forEach(anchor ->
            counts.putIfAbsent(
                new LivePeers.Anchor(bundle.trustDomain(), Fingerprint.of(anchor)), 0));
  }

  private static List<MultiGauge.Row<?>> rows(Map<LivePeers.Anchor, Integer> counts) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    List<Map.Entry<LivePeers.Anchor, Integer>> most =
        counts.entrySet().stream()
            .sorted(Map.Entry.<LivePeers.Anchor, Integer>comparingByValue().reversed())
            .toList();
    int others = 0;
    for (Map.Entry<LivePeers.Anchor, Integer> each : most) {
      if (rows.size() < MAX_ANCHORS) {
        rows.add(
            row(
                Fingerprint.shown(each.getKey().sha256()),
                each.getKey().trustDomain().name(),
                each.getValue()));
      } else {
        others += each.getValue();
      }
    }
    if (most.size() > MAX_ANCHORS) {
      rows.add(row("other", "other", others));
    }
    return rows;
  }

  private static MultiGauge.Row<?> row(String anchor, String trustDomain, int count) {
    return MultiGauge.Row.of(Tags.of("anchor", anchor, "trust_domain", trustDomain), count);
  }
}

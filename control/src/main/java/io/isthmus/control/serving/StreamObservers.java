package io.isthmus.control.serving;

import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.ProxyNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on streams, as metrics and logs, and what each proxy refuses at present. */
public final class StreamObservers {
  private static final Logger LOG = LoggerFactory.getLogger(StreamObservers.class);

  private final MeterRegistry metrics;
  private final InstantSource clock;
  private final AtomicLong responses = new AtomicLong();
  private final Map<String, Rejection> rejections = new ConcurrentHashMap<>();

  /** That a proxy holds on to an older state, and why. */
  public record Rejection(Instant since, String reason) {}

  public StreamObservers(MeterRegistry metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
    metrics.gaugeMapSize("isthmus.config.rejections", java.util.List.of(), rejections);
  }

  /** By {@code <pod> <type>}, in that order. */
  public Map<String, Rejection> rejections() {
    return new TreeMap<>(rejections);
  }

  long sent(ResourceKind kind) {
    metrics.counter("isthmus.xds.responses", "type", word(kind)).increment();
    return responses.incrementAndGet();
  }

  void accepted(ProxyNode node, ResourceKind kind) {
    rejections.remove(key(node, kind));
  }

  void rejected(ProxyNode node, ResourceKind kind, String said) {
    String reason = StreamLimits.cut(said);
    rejections.put(key(node, kind), new Rejection(clock.instant(), reason));
    metrics.counter("isthmus.config.rejected", "type", word(kind)).increment();
    LOG.atWarn()
        .addKeyValue("pod", node.pod())
        .addKeyValue("id", node.identity())
        .addKeyValue("type", word(kind))
        .addKeyValue("reason", reason)
        .log("configuration rejected by a proxy, which keeps its last good one");
  }

  void unknownNonce(ProxyNode node, ResourceKind kind) {
    metrics.counter("isthmus.xds.unknown.nonces", "type", word(kind)).increment();
    LOG.atDebug().addKeyValue("pod", node.pod()).log("answer to a response of another stream");
  }

  void inconsistent(ProxyNode node, java.util.List<String> problems) {
    metrics.counter("isthmus.xds.inconsistent").increment();
    LOG.atError()
        .addKeyValue("pod", node.pod())
        .addKeyValue("problems", problems)
        .log("inconsistent resources are not sent: the last good ones stay");
  }

  void ended(ProxyNode node) {
    for (ResourceKind kind : ResourceKind.values()) {
      rejections.remove(key(node, kind));
    }
  }

  private static String key(ProxyNode node, ResourceKind kind) {
    return node.identity().workload().map(w -> w.namespace() + "/").orElse("")
        + node.pod()
        + " "
        + word(kind);
  }

  private static String word(ResourceKind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}

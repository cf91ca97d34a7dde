package io.isthmus.proxy.metrics;

import io.isthmus.proxy.relay.EndReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the series of connections; after {@value #MAX_LABEL_SETS} sets of labels, all new ones
 * share {@code service="other"}.
 */
final class ConnectionMeters implements ConnectionMetrics {
  static final int MAX_LABEL_SETS = 500;

  private final MeterRegistry registry;
  private final Map<ConnectionLabels, ConnectionObserver> observers = new ConcurrentHashMap<>();

  ConnectionMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public ConnectionObserver observer(ConnectionLabels labels) {
    ConnectionObserver known = observers.get(labels);
    if (known != null) {
      return known;
    }
    ConnectionLabels counted =
        observers.size() < MAX_LABEL_SETS ? labels : ConnectionLabels.overflow(labels);
    return observers.computeIfAbsent(counted, l -> new Meters(registry, l.tags()));
  }

  private static final class Meters implements ConnectionObserver {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter opened;
    private final Counter sent;
    private final Counter received;
    private final AtomicReferenceArray<@Nullable Counter> closed =
        new AtomicReferenceArray<>(EndReason.values().length);

    private Meters(MeterRegistry registry, Tags tags) {
      this.registry = registry;
      this.tags = tags;
      this.opened = registry.counter("isthmus.connections.opened", tags);
      this.sent = registry.counter("isthmus.bytes", tags.and("flow", "sent"));
      this.received = registry.counter("isthmus.bytes", tags.and("flow", "received"));
    }

    @Override
    public void onOpened() {
      opened.increment();
    }

    @Override
    public void onSent(int bytes) {
      sent.increment(bytes);
    }

    @Override
    public void onReceived(int bytes) {
      received.increment(bytes);
    }

    @Override
    public void onClosed(EndReason reason) {
      Counter counter = closed.get(reason.ordinal());
      if (counter == null) {
        counter = registry.counter("isthmus.connections.closed", tags.and("reason", reason.key()));
        closed.set(reason.ordinal(), counter);
      }
      counter.increment();
    }
  }
}

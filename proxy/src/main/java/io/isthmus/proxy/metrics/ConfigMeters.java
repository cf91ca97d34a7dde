package io.isthmus.proxy.metrics;

import io.isthmus.proxy.xds.XdsObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what becomes of the control plane's updates. */
final class ConfigMeters implements XdsObserver {
  private final AtomicInteger connected = new AtomicInteger();
  private final Counter rejected;

  ConfigMeters(MeterRegistry registry) {
    this.rejected = registry.counter("isthmus.config.rejected");
    registry.gauge("isthmus.config.connected", connected);
  }

  @Override
  public void onConnected() {
    connected.set(1);
  }

  @Override
  public void onDisconnected(String reason) {
    connected.set(0);
  }

  @Override
  public void onRejected(String typeUrl, String reason) {
    rejected.increment();
  }
}

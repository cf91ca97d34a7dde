package io.isthmus.proxy.metrics;

import io.isthmus.proxy.tunnel.AcceptObserver;
import io.isthmus.proxy.tunnel.AcceptRefusal;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.Opening;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts tunnels of both roles. */
final class TunnelMeters implements TunnelObserver, AcceptObserver {
  private final MeterRegistry registry;
  private final AtomicLong dialled;
  private final AtomicLong accepted;
  private final AtomicLong streams;
  private final Set<Caller> callers = ConcurrentHashMap.newKeySet();

  TunnelMeters(MeterRegistry registry) {
    this.registry = registry;
    this.dialled = gauge("isthmus.tunnels", "client");
    this.accepted = gauge("isthmus.tunnels", "server");
    this.streams = gauge("isthmus.tunnel.streams", "client");
  }

  private AtomicLong gauge(String name, String role) {
    AtomicLong value = new AtomicLong();
    registry.gauge(name, Tags.of("role", role), value);
    return value;
  }

  @Override
  public void onOpened(Opening opening) {
    dialled.incrementAndGet();
  }

  @Override
  public void onClosed() {
    dialled.decrementAndGet();
  }

  @Override
  public void onStreams(int delta) {
    streams.addAndGet(delta);
  }

  @Override
  public void onFailed(TunnelError error) {
    registry.counter("isthmus.tunnels.failed", "reason", error.reason()).increment();
  }

  @Override
  public void onOpened(Caller caller) {
    callers.add(caller);
    accepted.incrementAndGet();
  }

  @Override
  public void onClosed(Caller caller) {
    callers.remove(caller);
    accepted.decrementAndGet();
  }

  @Override
  public void onRefused(AcceptRefusal reason) {
    registry.counter("isthmus.tunnels.refused", "reason", reason.label()).increment();
  }

  /** Open tunnels that this process dialled. */
  long dialled() {
    return dialled.get();
  }

  /** Open streams in the tunnels that this process dialled. */
  long streams() {
    return streams.get();
  }

  /** Whose tunnels this process accepted. */
  Set<Caller> callers() {
    return Set.copyOf(callers);
  }
}

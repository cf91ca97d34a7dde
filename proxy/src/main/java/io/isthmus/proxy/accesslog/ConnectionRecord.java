package io.isthmus.proxy.accesslog;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.metrics.ConnectionLabels;
import io.isthmus.proxy.metrics.ConnectionObserver;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.RelayObserver;
import io.isthmus.proxy.relay.RelayOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection so far; written to log and metrics once, at its end. Belongs to
 * the connection's event loop.
 */
public final class ConnectionRecord implements RelayObserver {
  private final Recorder recorder;
  private final Direction direction;
  private final Instant began;
  private Party source;
  private Party destination = Party.UNKNOWN;
  private @Nullable ServiceName service;
  private String peerTrustDomain = "";
  private String protocol = "tcp";
  private String tunnel = "none";
  private @Nullable ConnectionObserver metrics;
  private boolean ended;

  ConnectionRecord(Recorder recorder, Direction direction, Party source) {
    this.recorder = recorder;
    this.direction = direction;
    this.source = source;
    this.began = recorder.clock().instant();
  }

  public ConnectionRecord source(Party party) {
    source = party;
    return this;
  }

  public Party source() {
    return source;
  }

  public ConnectionRecord destination(Party party) {
    destination = party;
    return this;
  }

  public Party destination() {
    return destination;
  }

  public ConnectionRecord service(ServiceName name) {
    service = name;
    String cluster = name.peerCluster().orElse(recorder.cluster());
    destination = destination.withCluster(cluster);
    return this;
  }

  /** The identity that was verified on the mesh's side. */
  public ConnectionRecord peer(SpiffeId id) {
    peerTrustDomain = id.trustDomain().name();
    return this;
  }

  public ConnectionRecord protocol(String name) {
    protocol = name;
    return this;
  }

  public ConnectionRecord tunnel(String name) {
    tunnel = name;
    return this;
  }

  /** The connection is open; its labels are fixed from now on. */
  public ConnectionRecord opened() {
    observer();
    return this;
  }

  /** Nothing was relayed. */
  public void refused(EndReason reason, String detail) {
    onEnd(RelayOutcome.refused(reason, detail));
  }

  private ConnectionObserver observer() {
    ConnectionObserver known = metrics;
    if (known == null) {
      known = recorder.metrics().observer(labels());
      known.onOpened();
      metrics = known;
    }
    return known;
  }

  private ConnectionLabels labels() {
    ServiceName name = service;
    return new ConnectionLabels(
        direction,
        name == null ? "" : name.name(),
        name == null ? "" : name.namespace(),
        name == null ? "" : name.peerCluster().orElse(""),
        peerTrustDomain,
        tunnel.equals("none") ? "off" : "mutual");
  }

  @Override
  public void onSent(int bytes) {
    observer().onSent(bytes);
  }

  @Override
  public void onReceived(int bytes) {
    observer().onReceived(bytes);
  }

  @Override
  public void onEnd(RelayOutcome outcome) {
    if (ended) {
      return;
    }
    ended = true;
    observer().onClosed(outcome.reason());
    recorder.log().log(entry(outcome));
  }

  private AccessLogEntry entry(RelayOutcome outcome) {
    ServiceName name = service;
    Duration duration = Duration.between(began, recorder.clock().instant());
    return new AccessLogEntry(
        began,
        direction,
        source,
        destination,
        name == null ? "" : name.namespace() + "/" + name.name() + ":" + name.port(),
        protocol,
        tunnel,
        outcome,
        duration.isNegative() ? Duration.ZERO : duration);
  }
}

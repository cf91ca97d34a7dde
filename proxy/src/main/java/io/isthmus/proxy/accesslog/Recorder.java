package io.isthmus.proxy.accesslog;

import io.isthmus.proxy.metrics.ConnectionMetrics;
import java.time.InstantSource;

/**
 * Begins the record of each connection.
 *
 * @param cluster name of this process's own cluster
 */
public record Recorder(
    AccessLog log, ConnectionMetrics metrics, InstantSource clock, String cluster) {

  public ConnectionRecord begin(Direction direction, Party source) {
    return new ConnectionRecord(this, direction, source);
  }
}

package io.isthmus.proxy.accesslog;

import io.isthmus.proxy.relay.RelayOutcome;
import java.time.Duration;
import java.time.Instant;

/**
 * One finished connection.
 *
 * @param time when it began
 * @param service {@code namespace/name:port}, empty when the destination is none
 * @param protocol what the application spoke to reach this proxy
 * @param tunnel how the bytes travelled on the mesh's side
 */
public record AccessLogEntry(
    Instant time,
    Direction direction,
    Party source,
    Party destination,
    String service,
    String protocol,
    String tunnel,
    RelayOutcome outcome,
    Duration duration) {}

package io.isthmus.control.state;

import java.util.Map;
import java.util.Optional;

/**
 * One address behind a Service.
 *
 * @param ports target port by the Service port's name
 * @param pod {@code namespace/name}, where the EndpointSlice says so
 */
public record MeshEndpoint(
    String ip, Map<String, Integer> ports, Health health, Optional<ServiceKey> pod) {
  /** What the EndpointSlice's conditions come to. */
  public enum Health {
    READY,
    DRAINING,
    NOT_READY
  }

  public MeshEndpoint {
    ports = Map.copyOf(ports);
  }
}

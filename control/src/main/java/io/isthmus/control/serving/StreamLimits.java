package io.isthmus.control.serving;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.control.resources.ResourceKind;
import java.util.stream.Stream;

/**
 * How much one stream may make the server remember. Our own names have at most 262 bytes (a
 * bundle's, with the longest trust domain), and a sidecar asks for one name of a type a Service
 * port.
 */
final class StreamLimits {
  /** Of one type, on one stream. */
  static final int NAMES = 100_000;

  static final int NAME_LENGTH = 512;

  /** Of each text by which a node describes itself: a Pod's name has at most 253. */
  static final int NODE_TEXT_LENGTH = 253;

  /** Of the reason with which a client refuses a response; what is longer is cut. */
  static final int REASON_LENGTH = 1024;

  private StreamLimits() {}

  static void checkNames(ResourceKind kind, DeltaDiscoveryRequest request) throws StatusException {
    checkCount(kind, request.getInitialResourceVersionsCount());
    String longest =
        Stream.concat(
                request.getResourceNamesSubscribeList().stream(),
                request.getInitialResourceVersionsMap().keySet().stream())
            .filter(name -> name.length() > NAME_LENGTH)
            .findFirst()
            .orElse("");
    if (!longest.isEmpty()) {
      throw refused(
          "%s: the name '%s...' has %d characters, expected at most %d"
              .formatted(kind.typeUrl(), longest.substring(0, 64), longest.length(), NAME_LENGTH));
    }
  }

  /** All that a stream has asked for of one type. */
  static void checkCount(ResourceKind kind, int names) throws StatusException {
    if (names > NAMES) {
      throw refused(
          "%s: %d names on one stream, expected at most %d"
              .formatted(kind.typeUrl(), names, NAMES));
    }
  }

  static String cut(String reason) {
    return reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH) + "...";
  }

  private static StatusException refused(String message) {
    return Status.INVALID_ARGUMENT.withDescription(message).asException();
  }
}

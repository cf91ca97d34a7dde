package io.isthmus.proxy.identity.workloadapi;

import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a stream ended, for people, and whether to ask again. */
sealed interface StreamEnd {
  String reason();

  record AskAgain(String reason) implements StreamEnd {}

  /** The specification: the request itself is wrong, and would be the next time. */
  record Final(String reason) implements StreamEnd {}

  static StreamEnd silent(Duration waited, Path socket) {
    return new AskAgain(
        "agent at workload-api-socket %s has said nothing for %d ms; check that it is well"
            .formatted(socket, waited.toMillis()));
  }

  static StreamEnd of(Status status, Path socket) {
    String what = "agent at workload-api-socket " + socket + " answers " + text(status);
    return switch (status.getCode()) {
      case INVALID_ARGUMENT ->
          new Final(
              what
                  + ": not asked again; check that a SPIFFE Workload API is served there, then restart this process");
      case PERMISSION_DENIED ->
          new AskAgain(what + "; check that a registration entry selects this workload");
      case UNAVAILABLE ->
          new AskAgain(
              "agent at workload-api-socket %s cannot be reached (%s); check that it runs"
                  .formatted(socket, text(status)));
      case UNIMPLEMENTED ->
          new AskAgain(what + "; check that a SPIFFE Workload API is served there");
      case OK -> new AskAgain("agent at workload-api-socket " + socket + " ended the stream");
      case CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          UNAUTHENTICATED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS ->
          new AskAgain(what);
    };
  }

  private static String text(Status status) {
    @Nullable Throwable cause = status.getCause();
    return status.getCode()
        + (status.getDescription() == null ? "" : ": " + status.getDescription())
        + (cause == null ? "" : " (" + cause + ")");
  }
}

package io.isthmus.proxy.identity;

import io.grpc.Status;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** What to tell people when a call to the control plane failed: the cause, and what to check. */
public final class CallFailure {
  private CallFailure() {}

  /**
   * One line. A certificate that was not believed is deep in the causes of an {@code UNAVAILABLE}.
   */
  public static String describe(Status status) {
    @Nullable Throwable cause = status.getCause();
    while (cause != null) {
      if (cause instanceof CertificateException) {
        return status.getCode() + ": control plane not believed: " + cause.getMessage();
      }
      cause = cause.getCause();
    }
    return status.getCode() + ": " + text(status) + hint(status.getCode());
  }

  private static String text(Status status) {
    @Nullable String description = status.getDescription();
    @Nullable Throwable cause = status.getCause();
    String text = description == null ? "no description" : description;
    return cause == null ? text : text + " (" + cause + ")";
  }

  private static String hint(Status.Code code) {
    return switch (code) {
      case UNAUTHENTICATED -> "; check the token: its audience, its expiry, its cluster";
      case UNAVAILABLE -> "; check control-address, and that the control plane runs";
      case DEADLINE_EXCEEDED -> "; check the network to control-address";
      case PERMISSION_DENIED, INVALID_ARGUMENT ->
          "; check that namespace and service-account are those of the token";
      case OK,
          CANCELLED,
          UNKNOWN,
          NOT_FOUND,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS ->
          "";
    };
  }
}

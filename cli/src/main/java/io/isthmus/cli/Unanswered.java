package io.isthmus.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Why an API server did not say what it was asked, for people. */
public final class Unanswered {
  private Unanswered() {}

  public static String why(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    return switch (cause) {
      case KubernetesClientException api when api.getCode() > 0 ->
          "its API server answers %d: %s"
              .formatted(
                  api.getCode(), String.valueOf(api.getMessage()).lines().findFirst().orElse(""));
      case KubernetesClientException api ->
          unreachable(api.getCause() == null ? api : api.getCause());
      case IOException network -> unreachable(network);
      case CommandException known -> known.getMessage() + ": " + known.why();
      default -> cause.toString();
    };
  }

  private static String unreachable(Throwable cause) {
    return "its API server cannot be reached: " + cause;
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ServerVersion;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What an API server's clock says, by the Date of an answer. */
final class ServerTime {
  private static final int LIMIT_SECONDS = 10;

  private ServerTime() {}

  /** To a second; empty where answers have no date. */
  static Optional<Instant> of(KubernetesClient client) {
    try {
      return ServerVersion.date(
          client
              .getHttpClient()
              .sendAsync(ServerVersion.request(client).build(), String.class)
              .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
              .join());
    } catch (CompletionException | DateTimeException e) {
      throw new KubernetesClientException("GET /version: " + e.getMessage(), e);
    }
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What an API server's clock says, by the Date of an answer. */
final class ServerTime {
  private static final int LIMIT_SECONDS = 10;

  private ServerTime() {}

  /** To a second; empty where answers have no date. */
  static Optional<Instant> of(KubernetesClient client) {
    var http = client.getHttpClient();
    String url = client.getConfiguration().getMasterUrl().replaceFirst("/?$", "/version");
    try {
      return http
          .sendAsync(http.newHttpRequestBuilder().uri(url).build(), String.class)
          .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
          .join()
          .headers("Date")
          .stream()
          .findFirst()
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (CompletionException | DateTimeException e) {
      throw new KubernetesClientException("GET " + url + ": " + e.getMessage(), e);
    }
  }
}

package io.isthmus.api;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** An API server's version: what it tells everybody, and a cheap sign of life and of its time. */
public final class ServerVersion {
  private ServerVersion() {}

  /** GET /version. */
  public static HttpRequest.Builder request(KubernetesClient client) {
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(client.getConfiguration().getMasterUrl().replaceFirst("/?$", "/version"));
  }

  /**
   * The server's time when it answered, to a second, as HTTP has it; empty where the answer has
   * none. Throws {@link DateTimeException} where what it has is no date.
   */
  public static Optional<Instant> date(HttpResponse<?> answer) {
    return answer.headers("Date").stream()
        .findFirst()
        .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
  }
}

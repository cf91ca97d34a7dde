package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.isthmus.api.ServerVersion;
import io.isthmus.cli.check.ClusterFacts.Server;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls to one API server, which is asked for its version first. One that does not answer that is
 * asked nothing else.
 */
record ServerCalls(Calls calls, Reading<Server> server) {

  static ServerCalls open(KubernetesClient client, Calls calls) {
    return new ServerCalls(calls, calls.askFirst(() -> version(client)).join());
  }

  boolean isAnswered() {
    return server.value().isPresent();
  }

  <T> CompletableFuture<Reading<T>> ask(Supplier<T> read) {
    return switch (server) {
      case Reading.Read<Server> _ -> calls.ask(read);
      case Reading.Unread<Server>(String why, Duration took) ->
          CompletableFuture.completedFuture(new Reading.Unread<>(why, took));
    };
  }

  /** The version, and the clock by the Date of the same answer: to a second, as HTTP has it. */
  private static Server version(KubernetesClient client) {
    var request = ServerVersion.request(client).build();
    Instant before = Instant.now();
    var answer =
        client
            .getHttpClient()
            .sendAsync(request, String.class)
            .orTimeout(Calls.FIRST.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    Instant after = Instant.now();
    if (!answer.isSuccessful()) {
      throw new KubernetesClientException("GET /version", answer.code(), null);
    }
    var version =
        client.getKubernetesSerialization().unmarshal(answer.body(), Map.class).get("gitVersion");
    Duration ahead = date(answer).map(date -> ahead(date, before, after)).orElse(Duration.ZERO);
    return new Server(String.valueOf(version), ahead);
  }

  /** Nothing, when the date may have been this machine's at any time between the two. */
  private static Duration ahead(Instant date, Instant before, Instant after) {
    if (date.isAfter(after)) {
      return Duration.between(after, date);
    }
    Instant latest = date.plusSeconds(1);
    return latest.isBefore(before) ? Duration.between(before, latest) : Duration.ZERO;
  }

  private static Optional<Instant> date(HttpResponse<String> answer) {
    try {
      return ServerVersion.date(answer);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

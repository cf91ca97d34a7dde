package io.isthmus.mirror.peer;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.isthmus.api.ServerVersion;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks the peer's API server for its version every five seconds, since a watch tells of no failure:
 * it connects again without a word. One thread asks; the answers come on the client's threads.
 */
final class Heartbeat {
  static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int UNAUTHORIZED = 401;

  private final KubernetesClient client;
  private final Runnable changed;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile Optional<Throwable> missed = Optional.empty();
  private Instant asked = Instant.EPOCH;

  /** The listener is called when an answer is missed after one that came, and the other way. */
  Heartbeat(KubernetesClient client, Runnable changed) {
    this.client = client;
    this.changed = changed;
  }

  /** Asks if it is time to, and nothing is waited for. Never blocks. */
  void beat(Instant now) {
    // either way: a clock may be set back
    boolean due = Duration.between(asked, now).abs().compareTo(PERIOD) >= 0;
    if (due && waiting.compareAndSet(false, true)) {
      asked = now;
      // composed, so that what cannot even be sent is missed as well
      CompletableFuture.completedFuture(client)
          .thenCompose(Heartbeat::version)
          .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete(this::heard);
    }
  }

  private static CompletableFuture<HttpResponse<String>> version(KubernetesClient client) {
    return client
        .getHttpClient()
        .sendAsync(
            ServerVersion.request(client)
                // gives up the connection, which orTimeout would leave to the next beat
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .build(),
            String.class);
  }

  private void heard(@Nullable HttpResponse<String> answer, @Nullable Throwable failure) {
    Optional<Throwable> problem =
        answer == null
            ? Optional.ofNullable(failure).map(Heartbeat::reason)
            : Optional.of(answer.code())
                .filter(code -> code == UNAUTHORIZED)
                .map(code ->
                    new KubernetesClientException("GET /version: 401 Unauthorized", code, null));
    boolean news = problem.isPresent() != missed.isPresent();
    missed = problem;
    waiting.set(false);
    if (news) {
      changed.run();
    }
  }

  /** The same words whichever of the limits was the first, and some where the JDK has none. */
  private static Throwable reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
        return new TimeoutException("no answer within %d s".formatted(LIMIT.toSeconds()));
      }
      // of "connection refused" the JDK's second try, on the closed channel, leaves nothing
      if (cause instanceof ConnectException) {
        return new ConnectException(
            cause.getCause() instanceof UnresolvedAddressException
                ? "no connection: the host has no address"
                : "no connection: refused, or no way there");
      }
    }
    return failure;
  }

  /** Why the last beat was missed; empty where it was answered, and before the first. */
  Optional<Throwable> missed() {
    return missed;
  }
}

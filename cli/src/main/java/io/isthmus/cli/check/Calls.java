package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.cli.Unanswered;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calls to API servers, all at once. Each has a limit from when it runs, and all together have one.
 * What this process needs before it can understand an answer is loaded before any clock runs: in a
 * JVM that has just begun that is seconds of CPU, and no server's fault.
 */
final class Calls implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(4);

  /** Of the first call to a server: the handshake's code is loaded in it. */
  static final Duration FIRST = Duration.ofSeconds(5);

  private static final Duration ALL = Duration.ofMillis(7500);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final KubernetesSerialization json = new KubernetesSerialization();
  private final long end;

  /**
   * @param kinds what the answers hold
   */
  Calls(List<Class<?>> kinds) {
    List<CompletableFuture<Void>> loading =
        kinds.stream()
            .map(kind -> CompletableFuture.runAsync(() -> json.unmarshal("{}", kind), threads))
            .toList();
    loading.forEach(CompletableFuture::join);
    end = System.nanoTime() + ALL.toNanos();
  }

  /** None of its calls outlives its limit by much, and none is tried twice. */
  KubernetesClient client(Config config) {
    config.setRequestRetryBackoffLimit(0);
    int millis = (int) FIRST.toMillis();
    config.setConnectionTimeout(millis);
    config.setRequestTimeout(millis);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(json)
        .build();
  }

  /** Something that is no call itself, and makes some. */
  <T> CompletableFuture<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, threads);
  }

  /** What this machine finds out by itself, for as long as that takes. */
  <T> Reading<T> work(Supplier<T> work) {
    return run(work)
        .<Reading<T>>handle((value, failure) ->
            failure == null
                ? Reading.of(value)
                : new Reading.Unread<>(Unanswered.why(failure), Duration.ZERO))
        .join();
  }

  <T> CompletableFuture<Reading<T>> ask(Supplier<T> read) {
    return ask(LIMIT, read);
  }

  <T> CompletableFuture<Reading<T>> askFirst(Supplier<T> read) {
    return ask(FIRST, read);
  }

  private <T> CompletableFuture<Reading<T>> ask(Duration limit, Supplier<T> read) {
    CompletableFuture<Reading<T>> reading = new CompletableFuture<>();
    threads.execute(() -> {
      long began = System.nanoTime();
      Duration left = Duration.ofNanos(Math.max(0, Math.min(limit.toNanos(), end - began)));
      CompletableFuture<T> answer = new CompletableFuture<>();
      var _ =
          answer
              .orTimeout(left.toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete((value, failure) -> {
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                reading.complete(
                    failure == null
                        ? new Reading.Read<>(value, took)
                        : new Reading.Unread<>(why(failure, left), took));
              });
      answer.completeAsync(read, Runnable::run); // in this thread
    });
    return reading;
  }

  private static String why(Throwable failure, Duration limit) {
    return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
        ? "no answer within %.1f s".formatted(limit.toMillis() / 1000.0)
        : Unanswered.why(failure);
  }

  /** What still waits for a server is given up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}

package io.isthmus.mirror.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.proxy.tunnel.Opening;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PathLoopTest {
  private static final GatewayAddress ADDRESS = new GatewayAddress("192.0.2.1", 15008);
  private static final ProbeTarget TARGET = TestGateway.at(ADDRESS, "isthmus-gateway");
  private static final Opening OPENING =
      new Opening(Duration.ofMillis(1), Duration.ofMillis(2), OptionalInt.of(1500));
  private static final PathReport WHOLE =
      new PathReport(Optional.of(OPENING), 9_000, Optional.empty());
  private static final PathReport HOLE =
      new PathReport(Optional.of(OPENING), 1_400, Optional.of("1472 bytes do not come back"));

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final LinkedBlockingQueue<CompletableFuture<PathReport>> underWay =
      new LinkedBlockingQueue<>();
  private final AtomicInteger told = new AtomicInteger();
  private final PathLoop loop = new PathLoop(new Held(), thread, Duration.ofMillis(1));

  private final class Held implements GatewayProbe {
    @Override
    public CompletableFuture<Duration> probe(ProbeTarget target) {
      throw new AssertionError("a measurement is no probe");
    }

    @Override
    public CompletableFuture<PathReport> measure(ProbeTarget target) {
      CompletableFuture<PathReport> answer = new CompletableFuture<>();
      underWay.add(answer);
      return answer;
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    thread.shutdownNow();
  }

  private CompletableFuture<PathReport> next() throws InterruptedException {
    CompletableFuture<PathReport> next = underWay.poll(5, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private void onThread(Runnable task) throws Exception {
    thread.submit(task).get(5, TimeUnit.SECONDS);
  }

  private void awaitReport(Optional<PathReport> expected) {
    await()
        .untilAsserted(() ->
            assertThat(
                    thread
                        .submit(() -> Optional.ofNullable(loop.reports().get(ADDRESS)))
                        .get(5, TimeUnit.SECONDS))
                .isEqualTo(expected));
  }

  @Test
  void tellsOfABlackHoleAndOfItsEnd() throws Exception {
    loop.onChange(told::incrementAndGet);
    onThread(() -> loop.follow(List.of(TARGET)));
    next().complete(WHOLE);
    awaitReport(Optional.of(WHOLE));
    next().complete(WHOLE);
    next().complete(HOLE);
    awaitReport(Optional.of(HOLE));
    next().complete(WHOLE);
    awaitReport(Optional.of(WHOLE));

    assertThat(told).hasValue(3); // the same again is no news
  }

  @Test
  void whatCouldNotBeMeasuredIsNotShownAsItWas() throws Exception {
    onThread(() -> loop.follow(List.of(TARGET)));
    next().complete(HOLE);
    awaitReport(Optional.of(HOLE));
    next().completeExceptionally(new IOException("connection refused"));
    awaitReport(Optional.empty());
  }

  @Test
  void anAddressIsMeasuredOnceAtATimeHoweverOftenItIsFollowed() throws Exception {
    for (int i = 0; i < 10; i++) {
      onThread(() -> loop.follow(List.of(TARGET)));
    }
    CompletableFuture<PathReport> only = next();
    assertThat(underWay).isEmpty();

    onThread(() -> loop.follow(List.of()));
    only.complete(WHOLE);
    awaitReport(Optional.empty());
    assertThat(underWay).isEmpty();
  }
}

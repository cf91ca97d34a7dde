package io.isthmus.mirror.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProbeLoopTest {
  private static final TestCa WEST = TestCa.create("west.test");
  private static final GatewayAddress ADDRESS = new GatewayAddress("192.0.2.1", 15008);
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final List<CompletableFuture<Duration>> underWay = new ArrayList<>();
  private final ProbeLoop loop =
      new ProbeLoop(new Held(), thread, Duration.ofMillis(1), InstantSource.system());

  private final class Held implements GatewayProbe {
    @Override
    public CompletableFuture<Duration> probe(ProbeTarget target) {
      CompletableFuture<Duration> answer = new CompletableFuture<>();
      underWay.add(answer);
      return answer;
    }

    @Override
    public CompletableFuture<PathReport> measure(ProbeTarget target) {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    thread.shutdownNow();
  }

  @Test
  void anAddressThatGoesAndComesBackIsProbedByOneRoundOnly() throws Exception {
    loop.expect(WEST.id("isthmus-system", "isthmus-gateway"), Optional.of(WEST.bundle()));
    for (int i = 0; i < 10; i++) {
      loop.follow(Set.of(ADDRESS));
      loop.follow(Set.of());
    }
    loop.follow(Set.of(ADDRESS));
    List<CompletableFuture<Duration>> first = List.copyOf(underWay);
    underWay.clear();
    first.forEach(answer -> answer.complete(Duration.ofMillis(1)));
    thread.submit(() -> {}).get(5, TimeUnit.SECONDS); // the answers are taken

    await()
        .during(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() ->
            assertThat(thread.submit(() -> underWay.size()).get(5, TimeUnit.SECONDS)).isEqualTo(1));
  }
}

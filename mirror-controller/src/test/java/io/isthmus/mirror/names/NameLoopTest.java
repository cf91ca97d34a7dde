package io.isthmus.mirror.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.mirror.names.NameReport.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NameLoopTest {
  private static final Optional<MirrorName> HELLO =
      Optional.of(new MirrorName("shop", "hello-east", "10.97.0.5"));
  private static final Optional<MirrorName> OTHER =
      Optional.of(new MirrorName("shop", "other-east", "10.97.0.6"));
  private static final NameReport WELL = new NameReport(Outcome.RESOLVES, "well");
  private static final NameReport GONE = new NameReport(Outcome.NO_ANSWER, "gone");

  /** Runs what was scheduled when it is told to. */
  private final class Held extends ScheduledThreadPoolExecutor {
    Held() {
      super(1);
    }

    /** What waits, at once; its delay in milliseconds. */
    long runNext() throws Exception {
      var next = getQueue().stream().findFirst().orElseThrow();
      long delay = ((java.util.concurrent.Delayed) next).getDelay(TimeUnit.MILLISECONDS);
      getQueue().remove(next);
      submit(next).get(5, TimeUnit.SECONDS);
      return delay;
    }
  }

  private final Held thread = new Held();
  private final Deque<NameReport> answers = new ArrayDeque<>();
  private final AtomicInteger told = new AtomicInteger();
  private final NameLoop loop = new NameLoop(new Canned(), thread);

  private final class Canned implements NameProbe {
    @Override
    public Optional<CompletionStage<NameReport>> ask(MirrorName name) {
      return Optional.ofNullable(answers.poll()).map(CompletableFuture::completedFuture);
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    thread.shutdownNow();
  }

  private void follow(Optional<MirrorName> name) throws Exception {
    thread.submit(() -> loop.follow(name)).get(5, TimeUnit.SECONDS);
  }

  private Optional<NameReport> report() throws Exception {
    return thread.submit(loop::report).get(5, TimeUnit.SECONDS);
  }

  private void awaitWaiting() {
    await().until(() -> thread.getQueue().size() == 1);
  }

  @Test
  void tellsWhatComesAndAsksAgainInHalfAMinute() throws Exception {
    loop.onChange(told::incrementAndGet);
    answers.add(WELL);
    answers.add(WELL);
    follow(HELLO);
    awaitWaiting();
    assertThat(report()).contains(WELL);

    assertThat(thread.runNext()).isBetween(20_000L, NameLoop.AGAIN.toMillis());
    awaitWaiting();
    assertThat(told).as("the same is no news").hasValue(1);
  }

  @Test
  void oneFailureIsAskedAgainSoonAndTwoAreToldAndOneAnswerEndsThem() throws Exception {
    answers.add(WELL);
    answers.add(GONE);
    answers.add(GONE);
    answers.add(WELL);
    follow(HELLO);
    awaitWaiting();
    thread.runNext();
    awaitWaiting();
    assertThat(report()).as("after one").contains(WELL);

    assertThat(thread.runNext()).isLessThanOrEqualTo(NameLoop.RETRY.toMillis());
    awaitWaiting();
    assertThat(report()).as("after two").contains(GONE);

    assertThat(thread.runNext()).isLessThanOrEqualTo(NameLoop.RETRY.toMillis());
    awaitWaiting();
    assertThat(report()).contains(WELL);
  }

  @Test
  void anotherNameStartsAnew() throws Exception {
    answers.add(WELL);
    follow(HELLO);
    awaitWaiting();
    answers.add(GONE);
    follow(OTHER);
    await().until(() -> thread.getQueue().size() == 2);
    assertThat(report()).as("nothing is known of the other yet").isEmpty();

    follow(Optional.empty());
    assertThat(report()).isEmpty();
  }
}

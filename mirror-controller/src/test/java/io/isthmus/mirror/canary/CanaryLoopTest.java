package io.isthmus.mirror.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.CanaryStatus.Met;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.proxy.canary.CanaryOutcome;
import io.isthmus.proxy.canary.CanaryOutcome.Refused;
import io.isthmus.proxy.canary.CanaryOutcome.Trusted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time and thread are the test's: nothing runs but what it runs. */
final class CanaryLoopTest {
  private static final TestCa NEXT = TestCa.create("west.test");
  private static final TestCa EAST = TestCa.create("east.test");
  private static final Svid LEAF = NEXT.svid("isthmus-system", "isthmus-mirror-controller");
  private static final CanaryOutcome WELL = new CanaryOutcome(new Trusted(), new Trusted());
  private static final CanaryOutcome ILL =
      new CanaryOutcome(new Trusted(), new Refused("alert unknown_ca"));
  private static final String ADDRESS = "192.0.2.1:15008";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private CompletableFuture<Svid> leaf = CompletableFuture.completedFuture(LEAF);
  private CompletableFuture<CanaryOutcome> outcome = CompletableFuture.completedFuture(WELL);
  private int shown;
  private int changes;
  private final Agenda agenda = new Agenda();
  private final CanaryLoop loop = new CanaryLoop(new Scripted(), agenda, () -> now);

  private final class Scripted implements GatewayCanary {
    @Override
    public CompletableFuture<Svid> leaf() {
      return leaf;
    }

    @Override
    public CompletableFuture<CanaryOutcome> show(Svid canary, ProbeTarget gateway) {
      shown++;
      return outcome;
    }

    @Override
    public void close() {}
  }

  /** Runs at once what is to run at once, and keeps the rest. */
  private final class Agenda extends ScheduledThreadPoolExecutor {
    private final List<Runnable> tasks = new ArrayList<>();
    private Duration pause = Duration.ZERO;

    Agenda() {
      super(0);
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      pause = Duration.of(delay, unit.toChronoUnit());
      tasks.add(task);
      return super.schedule(() -> {}, 1, TimeUnit.DAYS);
    }

    /** Lets the pause pass, and all that waits for its end run. */
    void next() {
      now = now.plus(pause);
      List<Runnable> due = List.copyOf(tasks);
      tasks.clear();
      due.forEach(Runnable::run);
    }
  }

  private static ProbeTarget gateway() {
    return new ProbeTarget(
        new GatewayAddress("192.0.2.1", 15008),
        EAST.id("isthmus-system", "isthmus-gateway"),
        EAST.bundle());
  }

  private void show() {
    loop.onChange(() -> changes++);
    loop.show(List.of(gateway()));
  }

  private CanaryStatus status() {
    return loop.status().orElseThrow();
  }

  @Test
  void statusNamesTheIssuerAndWhatEachGatewayMadeOfIt() {
    show();
    assertThat(status())
        .isEqualTo(
            new CanaryStatus(
                Fingerprint.of(NEXT.issuer().certificate()),
                "2026-01-01T00:00:00Z",
                null,
                List.of(new Met(ADDRESS, "ok", "ok"))));
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void whatStaysTrueIsSaidAnewBeforeAMinuteIsOver() {
    show();
    for (int i = 0; i < 5; i++) {
      String before = status().at();
      agenda.next();
      assertThat(Duration.between(Instant.parse(before), Instant.parse(status().at())))
          .isPositive()
          .isLessThan(Duration.ofMinutes(1));
    }
    assertThat(shown).isEqualTo(6);
  }

  @Test
  void whatFailsIsTriedSoonAndSaidOnceUntilItSucceeds() {
    outcome = CompletableFuture.completedFuture(ILL);
    show();
    agenda.next();
    agenda.next();
    assertThat(agenda.pause).isEqualTo(CanaryLoop.RETRY);
    assertThat(changes).isEqualTo(1);
    assertThat(status().gateways()).containsExactly(new Met(ADDRESS, "ok", "alert unknown_ca"));
    outcome = CompletableFuture.completedFuture(WELL);
    agenda.next();
    assertThat(changes).isEqualTo(2);
    assertThat(status().gateways()).containsExactly(new Met(ADDRESS, "ok", "ok"));
    assertThat(agenda.pause).isEqualTo(CanaryLoop.AGAIN);
  }

  @Test
  void withoutALeafTheStatusSaysWhyAndNobodyIsMet() {
    leaf = CompletableFuture.failedFuture(new IllegalStateException("not in DualTrust"));
    show();
    assertThat(status().issuerSha256()).isEmpty();
    assertThat(status().problem()).isEqualTo("not in DualTrust");
    assertThat(shown).isZero();
    leaf = CompletableFuture.completedFuture(LEAF);
    agenda.next();
    assertThat(status().problem()).isNull();
    assertThat(shown).isEqualTo(1);
  }

  @Test
  void outcomeThatComesAfterARestIsForgotten() {
    CompletableFuture<CanaryOutcome> late = new CompletableFuture<>();
    outcome = late;
    show();
    loop.rest();
    late.complete(WELL);
    assertThat(loop.status()).isEmpty();
    assertThat(agenda.tasks).isEmpty();
    outcome = CompletableFuture.completedFuture(ILL);
    show();
    assertThat(status().gateways()).containsExactly(new Met(ADDRESS, "ok", "alert unknown_ca"));
    agenda.next();
    assertThat(shown).as("one round at a time").isEqualTo(3);
  }

  @Test
  void whatAPeerMakesUsSayIsCutShort() {
    outcome =
        CompletableFuture.completedFuture(
            new CanaryOutcome(new Refused("x".repeat(10_000)), new Refused("not tried")));
    show();
    assertThat(status().gateways().getFirst().client()).hasSizeLessThan(400);
  }
}

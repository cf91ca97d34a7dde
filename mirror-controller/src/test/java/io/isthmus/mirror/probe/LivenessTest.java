package io.isthmus.mirror.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.mirror.plan.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LivenessTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RTT = Duration.ofMillis(3);
  private static final ProbeFailure REFUSED = new ProbeFailure("connect_failed", "refused");

  @Test
  void isUnknownUntilAProbeHasEnded() {
    assertThat(Liveness.unknown(START).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void oneSuccessMakesAlive() {
    Liveness alive = Liveness.unknown(START).succeeded(START.plusSeconds(1), RTT);

    assertThat(alive.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(alive.rtt()).contains(RTT);
    assertThat(alive.since()).isEqualTo(START.plusSeconds(1));
  }

  @Test
  void oneFailureChangesNothingAndTheSecondMakesDead() {
    Liveness alive = Liveness.unknown(START).succeeded(START, RTT);

    Liveness once = alive.failed(START.plusSeconds(2), REFUSED);
    Liveness twice = once.failed(START.plusSeconds(4), REFUSED);

    assertThat(once.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(twice.verdict()).isEqualTo(Verdict.DEAD);
    assertThat(twice.since()).isEqualTo(START.plusSeconds(4));
    assertThat(twice.failure()).contains(REFUSED);
  }

  @Test
  void deadForAnotherReasonIsNews() {
    Liveness dead = Liveness.unknown(START).failed(START, REFUSED).failed(START, REFUSED);

    assertThat(dead.failed(START, REFUSED).saysAnotherThingThan(dead)).isFalse();
    assertThat(
            dead.failed(START, new ProbeFailure("handshake_timeout", "silent"))
                .saysAnotherThingThan(dead))
        .isTrue();
  }

  @Test
  void successBetweenFailuresStartsTheCountAnew() {
    Liveness alive =
        Liveness.unknown(START).failed(START, REFUSED).succeeded(START, RTT).failed(START, REFUSED);

    assertThat(alive.verdict()).isEqualTo(Verdict.ALIVE);
  }

  @Test
  void gatewayThatIsDeadFromTheStartIsNeverAlive() {
    Liveness never = Liveness.unknown(START).failed(START, REFUSED);
    assertThat(never.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(never.failed(START, REFUSED).verdict()).isEqualTo(Verdict.DEAD);
  }
}

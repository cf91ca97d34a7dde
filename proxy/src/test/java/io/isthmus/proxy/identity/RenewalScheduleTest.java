package io.isthmus.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RenewalScheduleTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private final Svid svid =
      TestCa.create("west.demo", InstantSource.fixed(NOW)).svid("shop", "web"); // for 24 hours
  private final RenewalSchedule schedule = new RenewalSchedule(new Random(1));

  @Test
  void renewsAtHalfLifeWithATenthOfJitter() {
    assertThat(schedule.delay(svid, NOW))
        .isBetween(Duration.ofMinutes(648), Duration.ofMinutes(792));
  }

  @Test
  void renewsSoonButNotAtOnceWhatHasExpired() {
    assertThat(schedule.delay(svid, NOW.plus(Duration.ofDays(2))))
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aThousandThatAreToldAtOnceSpreadOverTheWindow() {
    int[] seconds = new int[60];
    for (int i = 0; i < 1_000; i++) {
      seconds[(int) schedule.within(Duration.ofSeconds(60)).toSeconds()]++;
    }
    assertThat(Arrays.stream(seconds).boxed()).allMatch(n -> n > 2 && n < 40);
  }

  @Test
  void aWindowThatHasPassedIsNow() {
    assertThat(schedule.within(Duration.ofSeconds(-1))).isZero();
  }

  @Test
  void triesAgainTheSoonerTheLessIsLeft() {
    Duration backoff = Duration.ofSeconds(20);
    Instant end = svid.notAfter();
    assertThat(schedule.retry(Optional.of(svid), NOW, backoff)).isEqualTo(backoff);
    assertThat(schedule.retry(Optional.of(svid), end.minusSeconds(10), backoff))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(schedule.retry(Optional.of(svid), end.minusSeconds(1), backoff))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void triesAgainSoonWhereNothingIsLeft() {
    Duration backoff = Duration.ofSeconds(20);
    Instant end = svid.notAfter();
    for (Duration delay :
        List.of(
            schedule.retry(Optional.of(svid), end, backoff),
            schedule.retry(Optional.of(svid), end.plusSeconds(60), backoff),
            schedule.retry(Optional.empty(), NOW, backoff))) {
      assertThat(delay).isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(5));
    }
    assertThat(schedule.retry(Optional.empty(), NOW, Duration.ofMillis(300)))
        .isEqualTo(Duration.ofMillis(300));
  }
}

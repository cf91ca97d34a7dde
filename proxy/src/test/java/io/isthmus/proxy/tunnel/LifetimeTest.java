package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LifetimeTest {
  private final Random random = new Random(1);

  private long distinctMinutes(Lifetime life) {
    return IntStream.range(0, 100)
        .mapToObj(i -> life.untilDrain(random).toMinutes())
        .distinct()
        .count();
  }

  @Test
  void leavesTenToTwentyMinutesBeforeACertificateEndsAndNotAllAtOnce() {
    Lifetime life = new Lifetime(Duration.ofHours(24), Optional.empty());
    for (int i = 0; i < 100; i++) {
      assertThat(life.untilDrain(random))
          .isBetween(Duration.ofMinutes(1420), Duration.ofMinutes(1430));
    }
    assertThat(distinctMinutes(life)).isGreaterThan(5);
  }

  @Test
  void leavesInTheLastFifthOfAShortLife() {
    Lifetime life = new Lifetime(Duration.ofSeconds(10), Optional.empty());
    for (int i = 0; i < 100; i++) {
      assertThat(life.untilDrain(random)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
    }
  }

  @Test
  void leavesBeforeTheMaximalAgeWhereThatIsEarlier() {
    Lifetime life = new Lifetime(Duration.ofHours(24), Optional.of(Duration.ofMinutes(10)));
    for (int i = 0; i < 100; i++) {
      assertThat(life.untilDrain(random)).isBetween(Duration.ofMinutes(8), Duration.ofMinutes(9));
    }
  }

  @Test
  void leavesAtItsAgeWhenCertificatesLastLonger() {
    Lifetime life = new Lifetime(Duration.ofHours(24), Optional.empty());
    for (int i = 0; i < 100; i++) {
      assertThat(life.untilDrain(Duration.ofHours(1), random))
          .isBetween(Duration.ofMinutes(48), Duration.ofMinutes(72));
    }
  }

  @Test
  void whatHasEndedLeavesAtOnce() {
    assertThat(new Lifetime(Duration.ZERO, Optional.empty()).untilDrain(random)).isZero();
  }
}

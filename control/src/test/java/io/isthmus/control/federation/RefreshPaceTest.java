package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefreshPaceTest {
  private final RefreshPace pace = new RefreshPace(new Random(7));

  @ParameterizedTest
  @CsvSource({"PT0S,PT10S", "PT10S,PT10S", "PT1M,PT1M", "PT24H,PT24H", "PT9000H,PT24H"})
  void hintIsFollowedWithinBounds(Duration asked, Duration followed) {
    TrustBundle bundle = new TrustBundle(TrustDomain.of("peer.test"), 1, asked, List.of());
    assertThat(RefreshPace.hint(Optional.of(bundle))).isEqualTo(followed);
  }

  @Test
  void withoutABundleTheHintIsTheUsualOne() {
    assertThat(RefreshPace.hint(Optional.empty())).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void nextLookIsSpreadAndNeverLaterThanTheHint() {
    List<Duration> delays =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(_ -> pace.afterSuccess(Duration.ofSeconds(100)))
            .toList();
    assertThat(delays)
        .allSatisfy(
            delay -> assertThat(delay).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100)));
    assertThat(delays.stream().distinct().count()).isGreaterThan(100);
  }

  @Test
  void failuresBackOffByDoublingUpToTheHint() {
    Duration hint = Duration.ofSeconds(60);
    for (int failures = 1; failures <= 6; failures++) {
      Duration most = Duration.ofSeconds(1L << (failures - 1));
      assertThat(pace.afterFailures(failures, hint)).isBetween(most.dividedBy(2), most);
    }
    assertThat(pace.afterFailures(1000, hint)).isBetween(hint.dividedBy(2), hint);
  }

  @Test
  void backOffEndsAtFiveMinutesThoughTheHintIsADay() {
    assertThat(pace.afterFailures(1000, Duration.ofHours(24)))
        .isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
  }
}

package io.isthmus.e2e.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SessionLogTest {
  private static final Instant NOW = Instant.parse("2026-11-27T02:00:00.123Z");

  @Test
  void readsTheLastCountAndEachBrokenSession() {
    String printed =
        String.join(
            "\n",
            SessionLog.ended(NOW, 3),
            SessionLog.broken(NOW.plusSeconds(1), "10.96.0.7:9000 after 900 ms: reset"),
            SessionLog.ended(NOW.plusSeconds(2), 7),
            "session ended: what the other side prints");

    SessionLog log = SessionLog.of(printed);

    assertThat(log.ended()).isEqualTo(7);
    assertThat(log.broken())
        .containsExactly(
            new SessionLog.Broken(NOW.plusSeconds(1), "10.96.0.7:9000 after 900 ms: reset"));
  }

  @Test
  void nothingPrintedIsNothingEnded() {
    assertThat(SessionLog.of("").ended()).isZero();
  }
}

package io.isthmus.mirror.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.link.LinkStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusUpdateTest {
  private static final Finding CONNECTED = Finding.yes("Connected", "Connected", "watching");

  private static LinkStatus written(Finding finding) {
    return new StatusUpdate(List.of(finding), List.of(), 1, 2, StatusUpdate.Trust.UNKNOWN)
        .over(null, 1L, "2026-01-01T00:00:00Z")
        .orElseThrow();
  }

  @Test
  void nothingNewIsNotWritten() {
    StatusUpdate again =
        new StatusUpdate(List.of(CONNECTED), List.of(), 1, 2, StatusUpdate.Trust.UNKNOWN);

    assertThat(again.over(written(CONNECTED), 1L, "2026-01-02T00:00:00Z")).isEmpty();
  }

  @Test
  void anotherCountIsWritten() {
    StatusUpdate more =
        new StatusUpdate(List.of(CONNECTED), List.of(), 2, 2, StatusUpdate.Trust.UNKNOWN);

    assertThat(more.over(written(CONNECTED), 1L, "2026-01-02T00:00:00Z")).isPresent();
  }

  @Test
  void timeOfTransitionStaysWhileTheStatusDoes() {
    Finding other = Finding.yes("Connected", "Connected", "watching another");
    LinkStatus next =
        new StatusUpdate(List.of(other), List.of(), 1, 2, StatusUpdate.Trust.UNKNOWN)
            .over(written(CONNECTED), 2L, "2026-01-02T00:00:00Z")
            .orElseThrow();

    assertThat(next.conditions().getFirst().lastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(next.conditions().getFirst().observedGeneration()).isEqualTo(2L);
  }

  @Test
  void timeOfTransitionIsNewWhenTheStatusIs() {
    Finding broken = Finding.no("Connected", "Unreachable", "refused");
    LinkStatus next =
        new StatusUpdate(List.of(broken), List.of(), 1, 2, StatusUpdate.Trust.UNKNOWN)
            .over(written(CONNECTED), 1L, "2026-01-02T00:00:00Z")
            .orElseThrow();

    assertThat(next.conditions().getFirst().lastTransitionTime()).isEqualTo("2026-01-02T00:00:00Z");
  }
}

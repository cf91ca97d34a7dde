package io.isthmus.e2e.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RotationStatusTest {
  @Test
  void tellsWhatHoldsARotation() {
    RotationStatus status =
        RotationStatus.parse(
            """
            {"status": {"phase": "DualTrust",
              "rotation": {"id": "a", "waitingFor": ["east/shop/web-1 (sequence 6)"]},
              "conditions": [{"type": "Ready", "status": "True", "message": "ready"},
                             {"type": "Held", "status": "True", "message": "rotation a stays"}]}}
            """);

    assertThat(status.phase()).isEqualTo("DualTrust");
    assertThat(status.id()).isEqualTo("a");
    assertThat(status.waitingFor()).containsExactly("east/shop/web-1 (sequence 6)");
    assertThat(status.held()).isEqualTo("rotation a stays");
  }

  @Test
  void aStatusThatNobodyWroteYetIsNoPhase() {
    RotationStatus status = RotationStatus.parse("{\"spec\": {}}");

    assertThat(status.phase()).isEmpty();
    assertThat(status.held()).isEmpty();
  }
}

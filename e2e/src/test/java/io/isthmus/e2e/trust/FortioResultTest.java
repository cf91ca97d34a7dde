package io.isthmus.e2e.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

final class FortioResultTest {
  @Test
  void whatIsNot200HasFailed() {
    FortioResult result =
        FortioResult.of(
            "{\"ActualQPS\": 24.9, \"RetCodes\": {\"200\": 990, \"503\": 7, \"-1\": 3}}");

    assertThat(result.requests()).isEqualTo(1000);
    assertThat(result.failed()).isEqualTo(10);
    assertThat(result.failures()).isEqualTo("3 of status -1, 7 of status 503");
    assertThat(result.rate()).isEqualTo(24.9);
  }

  @Test
  void allWellIsNoFailure() {
    assertThat(FortioResult.of("{\"ActualQPS\": 1, \"RetCodes\": {\"200\": 5}}").failed()).isZero();
  }

  @Test
  void aResultWithoutCountsIsNotTakenForGood() {
    assertThatThrownBy(() -> FortioResult.of("{\"ActualQPS\": 1}"))
        .isInstanceOf(JacksonException.class);
  }
}

package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ReviewBudgetTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ReviewBudget budget = new ReviewBudget(() -> now);

  private void review(String caller) throws StatusException {
    budget.begin(caller).close();
  }

  private static void assertExhausted(ThrowingCallable call, String... named) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusException.class,
            e ->
                org.assertj.core.api.Assertions.assertThat(e.getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .hasMessageContainingAll(named);
  }

  @Test
  void burstOfOneCallerEndsAndComesBackWithTime() throws StatusException {
    for (int i = 0; i < ReviewBudget.BURST; i++) {
      review("10.0.0.1");
    }
    assertExhausted(() -> review("10.0.0.1"), "10.0.0.1", "100", "5 a second");
    now = now.plus(ReviewBudget.INTERVAL);
    review("10.0.0.1");
    assertExhausted(() -> review("10.0.0.1"), "10.0.0.1");
  }

  @Test
  void oneCallerCannotHoldAllReviewsAtOnce() throws StatusException {
    List<ReviewBudget.Review> open = new ArrayList<>();
    for (int i = 0; i < ReviewBudget.CONCURRENT_OF_ONE; i++) {
      open.add(budget.begin("10.0.0.1"));
    }
    assertExhausted(() -> review("10.0.0.1"), "16 tokens from 10.0.0.1");
    review("10.0.0.2");
    open.getFirst().close();
    review("10.0.0.1");
  }

  @Test
  void reviewsOfAllCallersTogetherAreBounded() throws StatusException {
    for (int i = 0; i < ReviewBudget.CONCURRENT; i++) {
      var unused = budget.begin("10.0.1." + i);
    }
    assertExhausted(() -> review("10.0.2.1"), "64 tokens are being reviewed");
  }

  @Test
  void callersWithoutNumberAreForgottenOldestFirst() throws StatusException {
    for (int i = 0; i < ReviewBudget.BURST; i++) {
      review("10.0.0.1");
    }
    for (int i = 0; i < ReviewBudget.CALLERS; i++) {
      review("fd00::" + Integer.toHexString(i));
    }
    assertThatCode(() -> review("10.0.0.1")).doesNotThrowAnyException();
  }
}

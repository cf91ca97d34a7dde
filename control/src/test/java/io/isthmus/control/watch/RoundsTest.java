package io.isthmus.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final Rounds rounds = new Rounds(waiting::add);

  private void runNext() {
    waiting.remove().run();
  }

  @Test
  void manyWhoAskAreOneRound() {
    for (int i = 0; i < 5; i++) {
      rounds.ask(() -> done.add("round"));
    }
    runNext();
    assertThat(done).hasSize(1);
    assertThat(waiting).isEmpty();
  }

  @Test
  void whatChangesDuringARoundIsForTheNext() {
    rounds.ask(() -> rounds.ask(() -> done.add("second")));
    runNext();
    assertThat(waiting).hasSize(1);
    runNext();
    assertThat(done).containsExactly("second");
  }

  @Test
  void roundThatFailsIsNotTheLast() {
    rounds.ask(() -> {
      throw new IllegalStateException("failed");
    });
    try {
      runNext();
    } catch (IllegalStateException expected) {
      done.add(String.valueOf(expected.getMessage()));
    }
    rounds.ask(() -> done.add("another"));
    runNext();
    assertThat(done).containsExactly("failed", "another");
  }

  @Test
  void whoAsksWhileAllEndsIsNotHarmed() {
    Rounds ending =
        new Rounds(round -> {
          throw new RejectedExecutionException("ending");
        });
    ending.ask(() -> done.add("never"));
    assertThat(done).isEmpty();
  }
}

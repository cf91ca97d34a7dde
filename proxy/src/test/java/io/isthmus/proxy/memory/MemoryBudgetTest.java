package io.isthmus.proxy.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);

  @Test
  void firstConnectionsAreRich() {
    Windows windows = budget.grant().orElseThrow();
    assertThat(windows.connection()).isEqualTo(16 << 20);
    assertThat(windows.stream()).isEqualTo(4 << 20);
  }

  @Test
  void windowsShrinkUntilTheBudgetIsSpent() {
    List<Integer> sizes = new ArrayList<>();
    Optional<Windows> next = budget.grant();
    while (next.isPresent()) {
      sizes.add(next.orElseThrow().connection());
      next = budget.grant();
    }
    assertThat(sizes).isSortedAccordingTo((a, b) -> b - a);
    assertThat(sizes.getLast()).isEqualTo(MemoryBudget.SMALLEST_CONNECTION);
    assertThat(budget.granted()).isEqualTo(budget.total());
  }

  @Test
  void closedConnectionsMakeRoom() {
    List<Windows> open = new ArrayList<>();
    budget.grant().ifPresent(open::add);
    while (budget.grant().isPresent()) {
      assertThat(budget.granted()).isLessThanOrEqualTo(budget.total());
    }
    open.getFirst().close();
    assertThat(budget.grant().orElseThrow().connection())
        .isEqualTo(MemoryBudget.SMALLEST_CONNECTION);
  }

  @Test
  void aFewRichConnectionsLeaveRoomForHundredsOfSmallOnes() {
    int connections = 0;
    while (budget.grant().isPresent()) {
      connections++;
    }
    assertThat(connections).isGreaterThan(256);
  }

  @Test
  void refusesBudgetBelowOneConnection() {
    assertThatThrownBy(() -> new MemoryBudget(1000))
        .hasMessage(
            "memory budget of 1000 bytes: expected at least 65536, the window of one connection");
  }
}

package io.isthmus.proxy.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class MemoryBudgetProperties {

  /** Each number either opens a connection (even) or closes one of those that are open. */
  @Property
  void sumOfWindowsNeverExceedsTheBudget(
      @ForAll @LongRange(min = 64 << 10, max = 256 << 20) long total,
      @ForAll @Size(max = 400) List<@IntRange(max = 1000) Integer> steps) {
    MemoryBudget budget = new MemoryBudget(total);
    List<Windows> open = new ArrayList<>();
    for (int step : steps) {
      if (step % 2 == 0 || open.isEmpty()) {
        budget.grant().ifPresent(open::add);
      } else {
        Windows closed = open.remove(step % open.size());
        closed.close();
        closed.close();
      }
      long sum = open.stream().mapToLong(Windows::connection).sum();
      assertThat(budget.granted()).isEqualTo(sum).isLessThanOrEqualTo(total);
      assertThat(budget.grants()).isEqualTo(open.size());
    }
    open.forEach(Windows::close);
    assertThat(budget.granted()).isZero();
  }
}

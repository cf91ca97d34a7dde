package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows what is read whenever it has changed. That reports came again, and say the same, is no
 * change. Ends when who reads the output is gone, which shows at the next thing that is written.
 */
record Watch(PrintWriter out, Pace pace) {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** Returns what was shown last. */
  TrustReport follow(Supplier<TrustReport> look, Consumer<TrustReport> show) {
    @Nullable String shown = null;
    while (true) {
      TrustReport report = look.get();
      String essence = Serialization.asJson(report.untimed());
      if (!essence.equals(shown)) {
        show.accept(report);
        shown = essence;
      }
      if (out.checkError()) {
        return report;
      }
      pace.pause(PERIOD);
    }
  }
}

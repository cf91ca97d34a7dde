package io.isthmus.mirror.link;

import io.isthmus.api.link.LinkStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A time as the status shows it: anew only when it has more than doubled or halved, so that the
 * status is not written at every probe.
 */
final class ShownTime {
  private @Nullable Duration shown;

  /** What is to be shown now; null before there is anything. */
  @Nullable String show(Optional<Duration> measured) {
    Duration before = shown;
    Duration next =
        measured
            .filter(now ->
                before == null
                    || now.multipliedBy(2).compareTo(before) < 0
                    || now.compareTo(before.multipliedBy(2)) > 0)
            .orElse(before);
    shown = next;
    return next == null ? null : LinkStatus.shown(next);
  }
}

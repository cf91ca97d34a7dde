package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import java.time.Duration;
import java.time.Instant;

/** The time, and waiting for a moment of it. */
interface Pace {
  /** Between two looks at an API server. */
  Duration LOOK = Duration.ofSeconds(1);

  Pace REAL =
      new Pace() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void pause(Duration time) {
          try {
            Thread.sleep(time);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.refused(
                "stopped waiting", "interrupted", "isthmus trust status shows how far it is");
          }
        }
      };

  Instant now();

  void pause(Duration time);
}

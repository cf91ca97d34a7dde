package io.isthmus.cli;

import java.time.Duration;
import java.time.Instant;

/** The time, and waiting for a moment of it. */
public interface Pace {
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
                "stopped waiting", "interrupted", "what was asked for goes on by itself");
          }
        }
      };

  Instant now();

  void pause(Duration time);
}

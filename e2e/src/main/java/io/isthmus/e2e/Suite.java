package io.isthmus.e2e;

import java.util.Optional;

/** A suite: sets the stage, then reports scenario after scenario. */
public interface Suite {
  String name();

  String description();

  /** What this machine lacks for it, and the remedy; empty: it can run. */
  default Optional<String> lacks() {
    return Optional.empty();
  }

  void run(Scenarios scenarios);

  /**
   * The form of it that {@code option}, such as {@code --long}, asks for; empty: no such option.
   */
  default Optional<Suite> with(String option) {
    return Optional.empty();
  }
}

package io.isthmus.control.federation;

import io.isthmus.certs.TrustBundle;
import java.util.Optional;

/** What one look at an endpoint gave. */
sealed interface Look {
  /** The bundle that the endpoint serves, which is the one that is stored. */
  record Good(TrustBundle bundle) implements Look {}

  /**
   * @param message the cause, with value and expectation
   * @param kept the last good bundle, if there ever was one
   */
  record Failed(FetchFailure failure, String message, Optional<TrustBundle> kept) implements Look {}

  /** What is in force after it. */
  default Optional<TrustBundle> inForce() {
    return switch (this) {
      case Good(TrustBundle bundle) -> Optional.of(bundle);
      case Failed(var _, var _, Optional<TrustBundle> kept) -> kept;
    };
  }
}

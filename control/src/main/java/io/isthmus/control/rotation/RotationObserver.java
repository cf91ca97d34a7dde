package io.isthmus.control.rotation;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.control.authority.Rotation;

/** Hears of each look at the rotation; on the controller's thread. */
@FunctionalInterface
public interface RotationObserver {

  /**
   * @param own this cluster's TrustDomain
   * @param rotation as it was when {@code move} was decided
   */
  record Look(TrustDomain own, Rotation rotation, Wish wish, Move move) {}

  void looked(Look look);
}

package io.isthmus.proxy.trust;

import io.isthmus.certs.TrustDomain;

/** Counts refused generations. Called on the thread of the update. */
@FunctionalInterface
public interface TrustObserver {

  /** Once for each generation, however often it is looked at again. */
  void onRefused(TrustDomain trustDomain);
}

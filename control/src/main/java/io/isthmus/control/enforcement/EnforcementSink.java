package io.isthmus.control.enforcement;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.TrustDomain;

/** Where summaries are written. */
@FunctionalInterface
public interface EnforcementSink {

  /** Whether it was written; if not, it is tried again. Blocks. */
  boolean write(TrustDomain trustDomain, Reporter summary);
}

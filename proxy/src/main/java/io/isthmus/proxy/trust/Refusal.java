package io.isthmus.proxy.trust;

import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.time.Instant;

/**
 * A generation that is not enforced although the control plane serves it.
 *
 * @param reason who would be locked out, and the anchor that is needed; for people
 */
public record Refusal(
    TrustDomain trustDomain, long sequence, String digest, String reason, Instant since) {

  static Refusal of(TrustBundle bundle, String reason, Instant since) {
    return new Refusal(bundle.trustDomain(), bundle.sequence(), bundle.digest(), reason, since);
  }

  boolean isOf(TrustBundle bundle) {
    return sequence == bundle.sequence() && digest.equals(bundle.digest());
  }
}

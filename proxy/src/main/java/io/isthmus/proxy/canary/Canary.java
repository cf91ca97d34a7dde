package io.isthmus.proxy.canary;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import java.nio.charset.StandardCharsets;

/** What both sides of a canary's handshakes know. */
public final class Canary {
  /** Answered by every gateway itself; not a name that a Service can have. */
  public static final String AUTHORITY = "canary.gateway.isthmus.io:15008";

  private static final String NAMESPACE = "isthmus-system";
  private static final String SERVICE_ACCOUNT = "isthmus-mirror-controller";

  private static final String TRUSTED = "trusted\n";

  private Canary() {}

  /** Whose leaf a canary of {@code trustDomain} is: its mirror controller's, and no other. */
  public static SpiffeId of(TrustDomain trustDomain) {
    return SpiffeId.workload(trustDomain, NAMESPACE, SERVICE_ACCOUNT);
  }

  /** What a gateway says in the session, when it has believed the canary. */
  static byte[] trusted() {
    return TRUSTED.getBytes(StandardCharsets.US_ASCII);
  }
}

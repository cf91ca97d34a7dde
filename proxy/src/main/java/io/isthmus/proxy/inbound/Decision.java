package io.isthmus.proxy.inbound;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.relay.EndReason;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Whether a caller may reach what it asks for. */
sealed interface Decision {

  /**
   * It may.
   *
   * @param caller whose identity decided: the forwarded one where a gateway of ours forwards it
   */
  record Allowed(InetSocketAddress target, SpiffeId caller, Optional<ServiceName> service)
      implements Decision {}

  /**
   * It may not.
   *
   * @param status of the answer
   */
  record Refused(int status, EndReason reason, String detail) implements Decision {}
}

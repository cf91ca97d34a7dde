package io.isthmus.proxy.outbound;

import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.relay.EndReason;
import java.util.List;
import java.util.Optional;

/** What an application asked for, looked up. */
public sealed interface Destination {

  /** A Service's port. */
  record Service(Cluster cluster) implements Destination {}

  /** An address outside of the mesh. */
  record Passthrough(Endpoint endpoint) implements Destination {
    /** With one endpoint, so that it is connected like any other. */
    Cluster cluster() {
      ServiceName unnamed =
          new ServiceName("-", "passthrough", endpoint.address().getPort(), Optional.empty());
      return new Cluster("passthrough", unnamed, List.of(endpoint));
    }
  }

  /** Nothing that this proxy connects to. */
  record Refused(EndReason reason, String detail) implements Destination {}
}

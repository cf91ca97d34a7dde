package io.isthmus.control.state;

import io.isthmus.certs.SpiffeId;

/** A proxy whose identity was proved and whose description of itself agrees with it. */
public sealed interface ProxyNode {
  SpiffeId identity();

  String pod();

  String ip();

  /** Beside a workload. */
  record Sidecar(SpiffeId identity, String namespace, String pod, String ip) implements ProxyNode {}

  /** Between clusters. */
  record Gateway(SpiffeId identity, String pod, String ip) implements ProxyNode {}
}

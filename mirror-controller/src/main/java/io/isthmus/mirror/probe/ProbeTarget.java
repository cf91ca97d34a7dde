package io.isthmus.mirror.probe;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;

/** One address, and who must answer there: exactly this identity, by these anchors. */
public record ProbeTarget(GatewayAddress address, SpiffeId gateway, TrustBundle bundle) {}

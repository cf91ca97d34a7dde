package io.isthmus.mirror.probe;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.mirror.plan.GatewayAddress;

/** One address, and who must answer there: exactly this identity, by these anchors. */
public record ProbeTarget(GatewayAddress address, SpiffeId gateway, TrustBundle bundle) {}

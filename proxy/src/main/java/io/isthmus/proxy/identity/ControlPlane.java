package io.isthmus.proxy.identity;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where the control plane is, and how both sides know each other.
 *
 * @param address host may be a name: it is looked up at each connection
 * @param trustDomain of the control plane and of this process
 * @param bundleFile JWKS of the trust domain, read again at every handshake
 * @param tokenFile service-account token, read again at every call
 */
public record ControlPlane(
    InetSocketAddress address, TrustDomain trustDomain, Path bundleFile, Path tokenFile) {
  private static final String NAMESPACE = "isthmus-system";
  private static final String SERVICE_ACCOUNT = "isthmus-control";

  /** The one identity that the control plane may have. */
  public SpiffeId id() {
    return SpiffeId.workload(trustDomain, NAMESPACE, SERVICE_ACCOUNT);
  }
}

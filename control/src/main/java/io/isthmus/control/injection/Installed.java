package io.isthmus.control.injection;

import io.isthmus.certs.TrustDomain;

/**
 * How this mesh is installed: what the sidecars of a cluster have in common.
 *
 * @param cluster its name
 * @param trustDomain of its identities
 * @param clusterDomain DNS domain of its Services
 * @param controlAddress host and port that sidecars reach the control plane at
 * @param images what the containers are started from
 * @param form among which containers a sidecar is where a Pod does not say
 */
public record Installed(
    String cluster,
    TrustDomain trustDomain,
    String clusterDomain,
    String controlAddress,
    Images images,
    SidecarForm form) {

  /**
   * @param sidecar such as {@code registry.example/isthmus-sidecar:1.0}
   * @param capture an image with {@code nft} and the capture rules
   * @param pullPolicy as Kubernetes names it
   */
  public record Images(String sidecar, String capture, String pullPolicy) {}
}

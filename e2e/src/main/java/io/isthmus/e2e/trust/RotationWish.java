package io.isthmus.e2e.trust;

import io.isthmus.e2e.mesh.Cluster;

/** One rotation, as an operator asks for it in the cluster's own TrustDomain. */
record RotationWish(Cluster cluster, Kind kind, String id) {

  /** What is replaced, as it is written. */
  enum Kind {
    Root,
    Issuer
  }

  void ask() {
    patch(
        "{\"spec\":{\"rotation\":{\"request\":\"%s\",\"id\":\"%s\",\"abort\":false}}}"
            .formatted(kind, id));
  }

  void abort() {
    patch("{\"spec\":{\"rotation\":{\"abort\":true}}}");
  }

  private void patch(String merge) {
    cluster
        .site()
        .kubectl("patch", "trustdomain", cluster.site().name(), "--type=merge", "-p", merge);
  }

  @Override
  public String toString() {
    return "%s of %s"
        .formatted(kind.name().toLowerCase(java.util.Locale.ROOT), cluster.site().name());
  }
}

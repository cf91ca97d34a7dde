package io.isthmus.mirror.plan;

import io.isthmus.api.link.LinkSpec;

/**
 * What a plan needs to know of a Link.
 *
 * @param ownCluster the name of the cluster that mirrors
 */
public record LinkView(String ownCluster, LinkSpec spec) {
  String cluster() {
    return spec.cluster();
  }
}

package io.isthmus.mirror.bundle;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.certs.TrustBundle;
import io.isthmus.mirror.plan.MirrorAction;
import io.isthmus.mirror.status.Finding;
import java.util.Optional;

/**
 * What to do with the peer's bundle.
 *
 * @param write the ConfigMap to create (without a resourceVersion) or update
 * @param inForce the bundle that holds after the write
 */
public record BundleDecision(
    Optional<ConfigMap> write, Optional<TrustBundle> inForce, Finding finding) {

  public Optional<MirrorAction> action() {
    return write.map(map ->
        map.getMetadata().getResourceVersion() == null
            ? new MirrorAction.Create(map, "the peer publishes its bundle")
            : new MirrorAction.Update(map, "the peer publishes a newer bundle"));
  }
}

package io.isthmus.control.federation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.isthmus.api.Labels;
import java.util.Map;
import java.util.Objects;

/** What a ConfigMap with a fetched bundle is known by. */
public final class BundleMark {
  static final Map<String, String> LABELS =
      Map.of(
          Labels.TRUST_BUNDLE,
          Labels.TRUST_BUNDLE_FEDERATED,
          Labels.MANAGED_BY,
          Labels.MANAGED_BY_CONTROL);

  private BundleMark() {}

  /** Whether the control plane made it; nothing else is ever written over. */
  static boolean isOurs(ConfigMap map) {
    return Objects.requireNonNullElse(map.getMetadata().getLabels(), Map.<String, String>of())
        .entrySet()
        .containsAll(LABELS.entrySet());
  }

  /** Whether it has the bundle of this very TrustDomain, and not of a deleted one of its name. */
  public static boolean isOf(ConfigMap map, String trustDomainUid) {
    return isOurs(map)
        && map.getMetadata().getOwnerReferences().stream()
            .map(OwnerReference::getUid)
            .anyMatch(trustDomainUid::equals);
  }
}

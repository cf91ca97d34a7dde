package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The own bundle, by which a sidecar knows its control plane, as a ConfigMap in every namespace
 * with sidecars: a Pod can mount none of another namespace.
 */
final class TrustCopies {
  private static final Map<String, String> MARK =
      Map.of(
          Labels.TRUST_BUNDLE,
          Labels.TRUST_BUNDLE_COPY,
          Labels.MANAGED_BY,
          Labels.MANAGED_BY_CONTROL);

  private final KubernetesClient client;

  TrustCopies(KubernetesClient client) {
    this.client = client;
  }

  /** Blocks. A ConfigMap of that name that is not ours is not touched, and false is returned. */
  boolean keep(String namespace, Optional<ConfigMap> there, TrustBundle bundle) {
    Map<String, String> data =
        Map.of(
            ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
            bundle.trustDomain().name(),
            ObjectNames.BUNDLE_JWKS_KEY,
            new String(bundle.toJwks(), UTF_8));
    if (there.isEmpty()) {
      client.resource(copy(namespace, data)).create();
      return true;
    }
    ConfigMap map = there.get();
    if (!isCopy(map)) {
      return false;
    }
    if (!data.equals(map.getData()) && !isNewer(map, bundle)) {
      client.resource(new ConfigMapBuilder(map).withData(data).build()).update();
    }
    return true;
  }

  /** Blocks; of somebody else's, nothing. */
  void remove(ConfigMap map) {
    if (isCopy(map)) {
      client.resource(map).delete();
    }
  }

  /** Another replica was told of a later bundle first. */
  private static boolean isNewer(ConfigMap copy, TrustBundle bundle) {
    String json =
        Objects.requireNonNullElse(copy.getData(), Map.<String, String>of())
            .getOrDefault(ObjectNames.BUNDLE_JWKS_KEY, "");
    try {
      return TrustBundle.parseJwks(bundle.trustDomain(), json.getBytes(UTF_8)).sequence()
          > bundle.sequence();
    } catch (BundleFormatException e) {
      return false; // somebody damaged it
    }
  }

  private static ConfigMap copy(String namespace, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(ObjectNames.TRUST_BUNDLE)
        .withLabels(MARK)
        .endMetadata()
        .withData(data)
        .build();
  }

  private static boolean isCopy(ConfigMap map) {
    Map<String, String> labels = map.getMetadata().getLabels();
    return labels != null && labels.entrySet().containsAll(MARK.entrySet());
  }
}

package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

  /**
   * Blocks. A ConfigMap of that name that is not ours is not touched: its namespace is in the
   * answer.
   *
   * @param existing all ConfigMaps of that name
   * @param wanted namespaces
   */
  List<String> are(List<ConfigMap> existing, TrustBundle bundle, Set<String> wanted) {
    Map<String, String> data =
        Map.of(
            ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
            bundle.trustDomain().name(),
            ObjectNames.BUNDLE_JWKS_KEY,
            new String(bundle.toJwks(), UTF_8));
    Map<String, ConfigMap> byNamespace =
        existing.stream()
            .collect(Collectors.toMap(map -> map.getMetadata().getNamespace(), map -> map));
    byNamespace.forEach((namespace, map) -> {
      if (isCopy(map) && !wanted.contains(namespace)) {
        client.resource(map).delete();
      }
    });
    List<String> foreign = new ArrayList<>();
    for (String namespace : new TreeSet<>(wanted)) {
      ConfigMap there = byNamespace.get(namespace);
      if (there == null) {
        client.resource(copy(namespace, data)).create();
      } else if (!isCopy(there)) {
        foreign.add(namespace);
      } else if (!data.equals(there.getData())) {
        client.resource(new ConfigMapBuilder(there).withData(data).build()).update();
      }
    }
    return foreign;
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

package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetched bundles in ConfigMaps, one for each TrustDomain, which owns it: so it goes when the
 * TrustDomain goes.
 */
final class FederatedBundleStore {
  private final KubernetesClient client;
  private final String namespace;

  FederatedBundleStore(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * @param object absent where nothing was stored yet
   * @param bundle absent, too, where another TrustDomain's is there, or someone damaged it
   */
  record Stored(Optional<ConfigMap> object, Optional<TrustBundle> bundle) {}

  Stored find(FederatedDomain domain) throws FetchFailedException {
    String name = ObjectNames.federatedBundle(domain.name());
    @Nullable ConfigMap found = client.configMaps().inNamespace(namespace).withName(name).get();
    if (found == null) {
      return new Stored(Optional.empty(), Optional.empty());
    }
    if (!BundleMark.isOurs(found)) {
      throw new FetchFailedException(
          FetchFailure.NAME_CONFLICT,
          "ConfigMap %s/%s is there already and is not ours".formatted(namespace, name));
    }
    return new Stored(
        Optional.of(found),
        BundleMark.isOf(found, domain.uid()) ? readable(domain, found) : Optional.empty());
  }

  /** With the resourceVersion that was found: a change in between is a conflict, code 409. */
  void write(FederatedDomain domain, Stored found, TrustBundle bundle) throws FetchFailedException {
    ConfigMap wanted =
        found
            .object()
            .map(ConfigMapBuilder::new)
            .orElseGet(ConfigMapBuilder::new)
            .editOrNewMetadata()
            .withNamespace(namespace)
            .withName(ObjectNames.federatedBundle(domain.name()))
            .withLabels(BundleMark.LABELS)
            .withOwnerReferences(owner(domain))
            .endMetadata()
            .withData(
                Map.of(
                    ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
                    domain.trustDomain().name(),
                    ObjectNames.BUNDLE_JWKS_KEY,
                    document(bundle)))
            .build();
    if (found.object().isPresent()) {
      client.resource(wanted).update();
    } else {
      client.resource(wanted).create();
    }
  }

  private static OwnerReference owner(FederatedDomain domain) {
    return new OwnerReferenceBuilder()
        .withApiVersion(ObjectNames.GROUP + "/" + ObjectNames.VERSION)
        .withKind("TrustDomain")
        .withName(domain.name())
        .withUid(domain.uid())
        .build();
  }

  private static String document(TrustBundle bundle) throws FetchFailedException {
    try {
      return new String(bundle.toJwks(), UTF_8);
    } catch (IllegalArgumentException e) { // an anchor with a key of a kind that no proxy takes
      throw new FetchFailedException(FetchFailure.UNPARSEABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<TrustBundle> readable(FederatedDomain domain, ConfigMap map) {
    String json =
        Objects.requireNonNullElse(map.getData(), Map.<String, String>of())
            .getOrDefault(ObjectNames.BUNDLE_JWKS_KEY, "");
    try {
      return Optional.of(TrustBundle.parseJwks(domain.trustDomain(), json.getBytes(UTF_8)));
    } catch (BundleFormatException e) {
      return Optional.empty(); // what is fetched next takes its place
    }
  }
}

package io.isthmus.control.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The own bundle in its ConfigMap. Its sequence rises when the anchors change, and only then: to
 * the second of the change, or by one where that would not rise. So a cluster that was built anew
 * under its old trust domain, with nothing left to count on from, still goes on from where it was,
 * and proxies and peers that refuse lower sequences follow it (docs/decisions/0007).
 */
final class BundleStore {
  private final KubernetesClient client;
  private final Mesh mesh;
  private final InstantSource clock;

  /** The highest sequence that was seen: what is stored may be deleted, or an older copy of it. */
  private volatile long last;

  BundleStore(KubernetesClient client, Mesh mesh, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.clock = clock;
  }

  /** The published bundle as it is before what it is made of is read. */
  Read read() {
    return new Read(
        Optional.ofNullable(
            client
                .configMaps()
                .inNamespace(mesh.systemNamespace())
                .withName(ObjectNames.TRUST_BUNDLE)
                .get()));
  }

  /** What was read, for one write. */
  final class Read {
    private final Optional<ConfigMap> stored;

    private Read(Optional<ConfigMap> stored) {
      this.stored = stored;
    }

    /**
     * Publishes {@code anchors}, unless they are published. Throws {@link
     * KubernetesClientException} with the code 409 when somebody has written since: what the
     * anchors were read from may be older than that.
     */
    TrustBundle with(List<X509Certificate> anchors) throws AuthorityException {
      TrustBundle published = stored.isEmpty() ? first(anchors) : next(stored.get(), anchors);
      last = Math.max(last, published.sequence());
      return published;
    }
  }

  private TrustBundle first(List<X509Certificate> anchors) {
    TrustBundle first =
        new TrustBundle(mesh.trustDomain(), after(last), TrustBundle.DEFAULT_REFRESH_HINT, anchors);
    client.resource(configMap(first, new ConfigMapBuilder())).create();
    return first;
  }

  private TrustBundle next(ConfigMap stored, List<X509Certificate> anchors)
      throws AuthorityException {
    TrustBundle current = parse(stored);
    TrustBundle next =
        new TrustBundle(
            mesh.trustDomain(),
            after(Math.max(last, current.sequence())),
            current.refreshHint(),
            anchors);
    if (current.digest().equals(next.digest()) && current.sequence() >= last) {
      return current;
    }
    // With the resourceVersion that was read: a change in between is a conflict.
    client.resource(configMap(next, new ConfigMapBuilder(stored))).update();
    return next;
  }

  private long after(long sequence) {
    return Math.max(Math.addExact(sequence, 1), clock.instant().getEpochSecond());
  }

  private TrustBundle parse(ConfigMap stored) throws AuthorityException {
    String place = mesh.systemNamespace() + "/" + ObjectNames.TRUST_BUNDLE;
    String json =
        Objects.requireNonNullElse(stored.getData(), Map.<String, String>of())
            .get(ObjectNames.BUNDLE_JWKS_KEY);
    if (json == null) {
      throw new AuthorityException(
          "ConfigMap %s has no key %s: restore it, or delete the ConfigMap to publish anew"
              .formatted(place, ObjectNames.BUNDLE_JWKS_KEY));
    }
    try {
      return TrustBundle.parseJwks(mesh.trustDomain(), json.getBytes(UTF_8));
    } catch (BundleFormatException e) {
      throw new AuthorityException(
          "ConfigMap %s, key %s: %s: its sequence is not known: restore it, or delete the ConfigMap to publish anew"
              .formatted(place, ObjectNames.BUNDLE_JWKS_KEY, e.getMessage()),
          e);
    }
  }

  private ConfigMap configMap(TrustBundle bundle, ConfigMapBuilder builder) {
    return builder
        .editOrNewMetadata()
        .withNamespace(mesh.systemNamespace())
        .withName(ObjectNames.TRUST_BUNDLE)
        .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_OWN)
        .endMetadata()
        .withData(
            Map.of(
                ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
                bundle.trustDomain().name(),
                ObjectNames.BUNDLE_JWKS_KEY,
                new String(bundle.toJwks(), UTF_8)))
        .build();
  }
}

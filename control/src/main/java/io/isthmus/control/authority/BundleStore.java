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

/**
 * The own bundle in its ConfigMap. Its sequence rises when the anchors change, and only then: to
 * the second of the change, or by one where that would not rise. So a cluster that was built anew
 * under its old trust domain, with nothing left to count on from, still goes on from where it was,
 * and proxies and peers that refuse lower sequences follow it (docs/decisions/0007).
 */
final class BundleStore {
  private static final int ATTEMPTS = 5;
  private static final int CONFLICT = 409;

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

  /** Two writers may meet: the loser of a conflict looks again. */
  TrustBundle publish(List<X509Certificate> anchors) throws AuthorityException {
    for (int attempt = 1; ; attempt++) {
      try {
        TrustBundle published = publishOnce(anchors);
        last = Math.max(last, published.sequence());
        return published;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private TrustBundle publishOnce(List<X509Certificate> anchors) throws AuthorityException {
    ConfigMap stored =
        client
            .configMaps()
            .inNamespace(mesh.systemNamespace())
            .withName(ObjectNames.TRUST_BUNDLE)
            .get();
    if (stored == null) {
      TrustBundle first =
          new TrustBundle(
              mesh.trustDomain(), after(last), TrustBundle.DEFAULT_REFRESH_HINT, anchors);
      client.resource(configMap(first, new ConfigMapBuilder())).create();
      return first;
    }
    TrustBundle current = parse(stored);
    TrustBundle next =
        new TrustBundle(
            mesh.trustDomain(),
            after(Math.max(last, current.sequence())),
            current.refreshHint(),
            anchors.stream().filter(anchor -> !current.revokes(anchor)).toList(),
            current.revoked()); // what somebody revoked by hand stays so
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

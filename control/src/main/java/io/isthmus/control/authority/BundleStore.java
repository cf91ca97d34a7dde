package io.isthmus.control.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The own bundle in its ConfigMap. Its sequence rises when the anchors change, or what is revoked,
 * and only then: to the second of the change, or by one where that would not rise. So a cluster
 * that was built anew under its old trust domain, with nothing left to count on from, still goes on
 * from where it was, and proxies and peers that refuse lower sequences follow it
 * (docs/decisions/0007).
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
    return new Read(Optional.ofNullable(stored(client, mesh)));
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
     *
     * @param anchors those that are revoked are left out
     * @param revoked what an operator revokes; empty when that cannot be known, and then what is
     *     revoked already stays so
     */
    TrustBundle with(List<X509Certificate> anchors, Optional<Set<String>> revoked)
        throws AuthorityException {
      if (anchors.isEmpty()) {
        throw new AuthorityException(
            "no anchor to publish for %s: only spec.revoked of its TrustDomain empties a bundle"
                .formatted(mesh.trustDomain()));
      }
      TrustBundle published =
          stored.isEmpty()
              ? first(anchors, revoked.orElse(Set.of()))
              : next(stored.get(), anchors, revoked);
      last = Math.max(last, published.sequence());
      return published;
    }
  }

  private TrustBundle first(List<X509Certificate> anchors, Set<String> revoked)
      throws AuthorityException {
    TrustBundle first = bundle(after(last), TrustBundle.DEFAULT_REFRESH_HINT, anchors, revoked);
    client.resource(configMap(first, new ConfigMapBuilder())).create();
    return first;
  }

  private TrustBundle next(
      ConfigMap stored, List<X509Certificate> anchors, Optional<Set<String>> revoked)
      throws AuthorityException {
    TrustBundle current = parse(stored, mesh);
    TrustBundle next =
        bundle(
            after(Math.max(last, current.sequence())),
            current.refreshHint(),
            anchors,
            revoked.orElse(current.revoked()));
    if (current.digest().equals(next.digest()) && current.sequence() >= last) {
      return current;
    }
    // With the resourceVersion that was read: a change in between is a conflict.
    client.resource(configMap(next, new ConfigMapBuilder(stored))).update();
    return next;
  }

  private TrustBundle bundle(
      long sequence, Duration refreshHint, List<X509Certificate> anchors, Set<String> revoked)
      throws AuthorityException {
    List<X509Certificate> trusted =
        anchors.stream().filter(anchor -> !revoked.contains(Fingerprint.of(anchor))).toList();
    try {
      return new TrustBundle(mesh.trustDomain(), sequence, refreshHint, trusted, revoked);
    } catch (IllegalArgumentException e) {
      throw new AuthorityException(
          "TrustDomain %s, spec.revoked: %s: the bundle stays as it is until that is corrected"
              .formatted(mesh.cluster(), e.getMessage()),
          e);
    }
  }

  private long after(long sequence) {
    return Math.max(Math.addExact(sequence, 1), clock.instant().getEpochSecond());
  }

  /** What the stored bundle revokes; nothing where there is none. */
  static Set<String> revoked(KubernetesClient client, Mesh mesh) throws AuthorityException {
    ConfigMap stored = stored(client, mesh);
    return stored == null ? Set.of() : parse(stored, mesh).revoked();
  }

  private static @Nullable ConfigMap stored(KubernetesClient client, Mesh mesh) {
    return client
        .configMaps()
        .inNamespace(mesh.systemNamespace())
        .withName(ObjectNames.TRUST_BUNDLE)
        .get();
  }

  private static TrustBundle parse(ConfigMap stored, Mesh mesh) throws AuthorityException {
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

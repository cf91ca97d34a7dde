package io.isthmus.mirror.bundle;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.status.Finding;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what becomes of the bundle that a peer publishes: newer ones are taken, all others leave
 * what is in force as it is.
 *
 * @param key where the followed bundle is kept here
 */
public record BundleFollowing(ObjectKey key, String cluster, TrustDomain trustDomain) {
  private static final String TYPE = LinkStatus.TRUST_ESTABLISHED;

  /** What is in force while the peer cannot be asked. */
  public BundleDecision withoutPeer(Optional<ConfigMap> local) {
    Optional<TrustBundle> inForce = local.filter(this::isOurs).flatMap(this::readable);
    return new BundleDecision(
        Optional.empty(),
        inForce,
        inForce
            .map(bundle ->
                Finding.yes(TYPE, "LastKnown", known(bundle) + "; the peer cannot be asked"))
            .orElseGet(() ->
                Finding.no(
                    TYPE,
                    "BundleMissing",
                    "no bundle of %s is known yet: the peer has not been reached"
                        .formatted(trustDomain))));
  }

  public BundleDecision decide(Optional<ConfigMap> peer, Optional<ConfigMap> local) {
    if (local.isPresent() && !isOurs(local.get())) {
      return keep(
          Optional.empty(),
          "NameConflict",
          "ConfigMap %s is there already and is not ours; rename or delete it".formatted(key));
    }
    Optional<TrustBundle> current = local.flatMap(this::readable);
    if (peer.isEmpty()) {
      return keep(
          current,
          "BundleMissing",
          "%s has no ConfigMap %s/%s: is its control plane running?"
              .formatted(cluster, ObjectNames.SYSTEM_NAMESPACE, ObjectNames.TRUST_BUNDLE));
    }
    String named = data(peer.get(), ObjectNames.BUNDLE_TRUST_DOMAIN_KEY);
    if (!named.equals(trustDomain.name())) {
      return keep(
          current,
          "TrustDomainMismatch",
          "%s publishes the bundle of \"%s\", the Link's trustDomain is %s; correct the Link"
              .formatted(cluster, named, trustDomain));
    }
    TrustBundle published;
    try {
      published = parse(peer.get());
    } catch (BundleFormatException e) {
      return keep(
          current,
          "BundleUnparseable",
          "the bundle that %s publishes cannot be read: %s".formatted(cluster, e.getMessage()));
    }
    return current.isEmpty() ? take(published, local) : succeed(current.get(), published, local);
  }

  private BundleDecision succeed(
      TrustBundle current, TrustBundle published, Optional<ConfigMap> local) {
    return switch (Succession.check(current, published)) {
      case Succession.Newer _ -> take(published, local);
      case Succession.Same _ ->
          new BundleDecision(
              Optional.empty(),
              Optional.of(current),
              Finding.yes(TYPE, "Followed", known(current)));
      case Succession.Regress(long from, long to) ->
          keep(
              Optional.of(current),
              "SequenceRegressed",
              "%s publishes sequence %d, %d is in force here and stays; if that one is wrong: isthmus trust bundle republish --above %d, in %s"
                  .formatted(cluster, to, from, from, cluster));
      case Succession.Conflict(long sequence, String ours, String theirs) ->
          keep(
              Optional.of(current),
              "SequenceConflict",
              "%s publishes another bundle under the same sequence %d (%s, in force is %s, which stays)"
                  .formatted(cluster, sequence, theirs, ours));
    };
  }

  private BundleDecision take(TrustBundle published, Optional<ConfigMap> local) {
    ConfigMapBuilder builder =
        local.isPresent() ? new ConfigMapBuilder(local.get()) : new ConfigMapBuilder();
    ConfigMap written =
        builder
            .editOrNewMetadata()
            .withNamespace(key.namespace())
            .withName(key.name())
            .withLabels(labels())
            .endMetadata()
            .withData(
                Map.of(
                    ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
                    trustDomain.name(),
                    ObjectNames.BUNDLE_JWKS_KEY,
                    new String(published.toJwks(), StandardCharsets.UTF_8)))
            .build();
    return new BundleDecision(
        Optional.of(written),
        Optional.of(published),
        Finding.yes(TYPE, "Followed", known(published)));
  }

  private BundleDecision keep(Optional<TrustBundle> current, String reason, String message) {
    return new BundleDecision(Optional.empty(), current, Finding.no(TYPE, reason, message));
  }

  private Map<String, String> labels() {
    return Map.of(
        Labels.TRUST_BUNDLE,
        Labels.TRUST_BUNDLE_PEER,
        Labels.CLUSTER,
        cluster,
        Labels.MANAGED_BY,
        Labels.MANAGED_BY_MIRROR_CONTROLLER);
  }

  /** Checked before every write and delete of the ConfigMap. */
  public boolean isOurs(ConfigMap local) {
    Map<String, String> labels = local.getMetadata().getLabels();
    return labels != null && labels.entrySet().containsAll(labels().entrySet());
  }

  private String known(TrustBundle bundle) {
    return "bundle of %s, sequence %d, %s"
        .formatted(trustDomain, bundle.sequence(), bundle.digest());
  }

  private Optional<TrustBundle> readable(ConfigMap map) {
    try {
      return Optional.of(parse(map));
    } catch (BundleFormatException e) {
      // someone damaged it: what the peer publishes takes its place
      return Optional.empty();
    }
  }

  private TrustBundle parse(ConfigMap map) throws BundleFormatException {
    return TrustBundle.parseJwks(
        trustDomain, data(map, ObjectNames.BUNDLE_JWKS_KEY).getBytes(StandardCharsets.UTF_8));
  }

  private static String data(ConfigMap map, String key) {
    return map.getData() == null ? "" : map.getData().getOrDefault(key, "");
  }
}

package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.cli.CommandException;
import java.util.List;
import java.util.Optional;

/**
 * The TrustDomain of a name in a cluster, and where its bundle is kept there.
 *
 * @param namespace of the ConfigMaps
 */
record KnownBundle(KubernetesClient client, String namespace, TrustDomain object) {

  static io.isthmus.certs.TrustDomain name(String typed) {
    try {
      return io.isthmus.certs.TrustDomain.of(typed);
    } catch (InvalidSpiffeIdException e) {
      throw CommandException.usage(
          "\"%s\" is no trust domain".formatted(typed),
          String.valueOf(e.getMessage()),
          "name one as it is in SPIFFE IDs, without spiffe://");
    }
  }

  static Optional<KnownBundle> find(KubernetesClient client, String namespace, String trustDomain) {
    return all(client).stream()
        .filter(domain -> domain.getSpec().trustDomain().equals(trustDomain))
        .min(TrustDomain.OLDEST_FIRST)
        .map(domain -> new KnownBundle(client, namespace, domain));
  }

  SeenDomain seen() {
    return new SeenDomain(client, object);
  }

  /** The same one, as it was read again. */
  KnownBundle with(SeenDomain now) {
    return new KnownBundle(client, namespace, now.object());
  }

  static List<TrustDomain> all(KubernetesClient client) {
    return client.resources(TrustDomain.class).list().getItems().stream()
        .filter(domain -> domain.getSpec() != null)
        .toList();
  }

  /** Where the document is, for people. */
  String place() {
    return inline()
        .map(_ -> "TrustDomain %s, spec.bundle.inline".formatted(object.getMetadata().getName()))
        .orElseGet(() -> "ConfigMap %s/%s".formatted(namespace, configMap()));
  }

  Optional<String> inline() {
    return Optional.ofNullable(object.getSpec().bundle())
        .map(TrustDomainSpec.Bundle::inline)
        .map(TrustDomainSpec.Document::jwks);
  }

  private String configMap() {
    TrustDomainSpec.Bundle bundle = object.getSpec().bundle();
    if (bundle == null) {
      return ObjectNames.TRUST_BUNDLE;
    }
    return bundle.link() == null
        ? ObjectNames.federatedBundle(object.getMetadata().getName())
        : ObjectNames.peerTrustBundle(bundle.link().name());
  }

  TrustBundle read() {
    String jwks =
        inline()
            .or(this::stored)
            .orElseThrow(() ->
                CommandException.refused(
                    "there is no bundle of " + object.getSpec().trustDomain(),
                    place() + " does not have it",
                    "see why: kubectl describe trustdomain " + object.getMetadata().getName()));
    try {
      return parse(jwks);
    } catch (BundleFormatException e) {
      throw CommandException.refused(
          "cannot read the bundle of " + object.getSpec().trustDomain(),
          place() + ": " + e.getMessage(),
          "see who wrote it");
    }
  }

  /**
   * What is in force of it, as far as that can be told: nothing where what is written is broken.
   */
  Optional<TrustBundle> inForce() {
    try {
      Optional<String> jwks = inline().or(this::stored);
      return jwks.isEmpty() ? Optional.empty() : Optional.of(parse(jwks.get()));
    } catch (BundleFormatException e) {
      return Optional.empty();
    }
  }

  private TrustBundle parse(String jwks) throws BundleFormatException {
    return TrustBundle.parseJwks(name(object.getSpec().trustDomain()), jwks.getBytes(UTF_8));
  }

  private Optional<String> stored() {
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(configMap()).get();
    return Optional.ofNullable(map)
        .map(ConfigMap::getData)
        .map(data -> data.get(ObjectNames.BUNDLE_JWKS_KEY));
  }
}

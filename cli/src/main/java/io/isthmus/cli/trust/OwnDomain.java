package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TrustDomain that a cluster issues for, as it was read.
 *
 * @param namespace of the Links
 */
record OwnDomain(KubernetesClient client, String namespace, TrustDomain object) {

  static OwnDomain find(KubernetesClient client, String namespace) {
    List<TrustDomain> own =
        client.resources(TrustDomain.class).list().getItems().stream()
            .filter(OwnDomain::isOwn)
            .toList();
    if (own.size() != 1) {
      throw CommandException.refused(
          "cannot tell what this cluster issues for",
          "it has %d TrustDomains with spec.authority, expected one: the control plane makes it"
              .formatted(own.size()),
          "see: kubectl get trustdomains");
    }
    return new OwnDomain(client, namespace, own.getFirst());
  }

  static boolean isOwn(TrustDomain domain) {
    return domain.getSpec() != null && domain.getSpec().authority() != null;
  }

  private SeenDomain seen() {
    return new SeenDomain(client, object);
  }

  /** As it is now. */
  OwnDomain again() {
    return new OwnDomain(client, namespace, seen().again().object());
  }

  /** As {@link SeenDomain#unchanged}. */
  OwnDomain unchanged() {
    return new OwnDomain(client, namespace, seen().unchanged().object());
  }

  /** The cluster's name, which is the object's. */
  String cluster() {
    return object.getMetadata().getName();
  }

  String trustDomain() {
    return object.getSpec().trustDomain();
  }

  Optional<TrustDomainSpec.Rotation> asked() {
    return Optional.ofNullable(object.getSpec().rotation());
  }

  Optional<TrustDomainStatus> status() {
    return Optional.ofNullable(object.getStatus());
  }

  /** Empty while the control plane has said nothing. */
  Optional<String> phase() {
    return status().map(TrustDomainStatus::phase);
  }

  Optional<TrustDomainStatus.RotationStatus> rotation() {
    return status().map(TrustDomainStatus::rotation);
  }

  /** Whether what the object says of a rotation is said of the one that runs, or ran last. */
  boolean asksForTheLastRotation() {
    return asked()
        .flatMap(asked -> rotation().filter(last -> last.id().equals(asked.id())))
        .isPresent();
  }

  /** The id that is asked for and has not begun, since another rotation runs. */
  Optional<String> nextId() {
    return rotation().map(TrustDomainStatus.RotationStatus::next);
  }

  /**
   * A wish about the rotation that runs. It is named in it where the object has no request of it to
   * go with, as of one that the control plane began by itself.
   */
  Map<String, Object> aboutRotation(String field, Object value) {
    Map<String, Object> wish = new LinkedHashMap<>();
    if (!asksForTheLastRotation() && nextId().isEmpty()) {
      rotation()
          .ifPresent(running -> {
            wish.put("request", running.of());
            wish.put("id", running.id());
            // what was said of another rotation is not said of this one
            wish.put("leaveBehind", List.of());
            wish.put("passOver", List.of());
          });
    }
    wish.put(field, value);
    return Map.of("rotation", wish);
  }

  /** Whether what is asked for is to be taken back. */
  boolean isAborted() {
    return asked().map(TrustDomainSpec.Rotation::abort).filter(Boolean.TRUE::equals).isPresent();
  }

  /** Whether its issuers are made elsewhere. */
  boolean issuesFromAnOperator() {
    return Optional.ofNullable(object.getSpec().authority())
        .map(TrustDomainSpec.Authority::operator)
        .isPresent();
  }

  /** Why the control plane does not take the issuer that an operator offers. */
  Optional<String> issuerRefused() {
    return status().stream()
        .flatMap(status -> status.conditions().stream())
        .filter(condition -> TrustDomainStatus.ISSUER_REFUSED.equals(condition.reason()))
        .map(Condition::message)
        .findFirst();
  }

  boolean isSteady() {
    return phase().filter("Steady"::equals).isPresent();
  }

  List<Link> links() {
    return client.resources(Link.class).inNamespace(namespace).list().getItems();
  }

  /** Names of the linked clusters. */
  List<String> linked() {
    return links().stream().map(link -> link.getSpec().cluster()).toList();
  }

  /** Whether a linked cluster issues for the same trust domain, and hands out its own bundle. */
  boolean isShared() {
    return links().stream().anyMatch(link -> trustDomain().equals(link.getSpec().trustDomain()));
  }

  /** What every cluster that counts enforces of this trust domain, by what is known here. */
  List<Enforced> enforced(Instant now) {
    List<Enforced> all = new ArrayList<>();
    all.add(Enforced.of(cluster(), status().map(TrustDomainStatus::enforcement), now));
    for (Link link : links()) {
      all.add(
          Enforced.of(
              link.getSpec().cluster(),
              Optional.ofNullable(link.getStatus()).map(LinkStatus::enforcement),
              now));
    }
    return all;
  }

  /** As {@link SeenDomain#write}. */
  void write(Map<String, Object> spec) {
    seen().write(spec);
  }

  /** What a verb would write, for people. */
  String manifest(Map<String, Object> spec) {
    return seen().manifest(spec);
  }
}

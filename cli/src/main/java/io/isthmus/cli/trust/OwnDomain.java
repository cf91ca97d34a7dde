package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The TrustDomain that a cluster issues for, as it was read: what is wished of it is written only
 * if nobody changed it since.
 *
 * @param namespace of the Links
 */
record OwnDomain(KubernetesClient client, String namespace, TrustDomain object) {
  private static final int CONFLICT = 409;

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

  /** As it is now. */
  OwnDomain again() {
    TrustDomain now = client.resources(TrustDomain.class).withName(cluster()).get();
    if (now == null) {
      throw CommandException.refused(
          "the TrustDomain %s is gone".formatted(cluster()),
          "somebody deleted it",
          "restart the control plane, which makes it anew");
    }
    return new OwnDomain(client, namespace, now);
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

  /**
   * Writes parts of the spec, and leaves the others as they are.
   *
   * @throws CommandException when somebody changed the object meanwhile
   */
  void write(Map<String, Object> spec) {
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put(
        "metadata",
        Map.of(
            "resourceVersion", Objects.requireNonNull(object.getMetadata().getResourceVersion())));
    patch.put("spec", withoutEmptyLists(spec));
    try {
      client
          .resources(TrustDomain.class)
          .withName(cluster())
          .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      throw CommandException.refused(
          "nothing was written to the TrustDomain " + cluster(),
          "somebody else changed it at this moment",
          "look at it, and run this again");
    }
  }

  /** The object as {@link #write} would leave it, for {@code kubectl apply}. */
  String yaml(Map<String, Object> spec) {
    Map<String, Object> whole =
        Serialization.unmarshal(
            Serialization.asJson(object.getSpec()),
            new TypeReference<LinkedHashMap<String, Object>>() {});
    spec.forEach((name, value) -> whole.merge(name, value, OwnDomain::merged));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("apiVersion", object.getApiVersion());
    document.put("kind", object.getKind());
    document.put("metadata", Map.of("name", cluster()));
    document.put("spec", whole);
    return Serialization.asYaml(document);
  }

  /** A merge patch removes what is null; the schema's default of a list is an empty one. */
  private static Map<String, @Nullable Object> withoutEmptyLists(Map<?, ?> spec) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    spec.forEach((name, value) ->
        fields.put(
            String.valueOf(name),
            switch (value) {
              case null -> null;
              case Map<?, ?> part -> withoutEmptyLists(part);
              case List<?> list when list.isEmpty() -> null;
              default -> value;
            }));
    return fields;
  }

  private static Object merged(Object before, Object after) {
    if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> changes) {
      Map<Object, Object> both = new LinkedHashMap<>(old);
      both.putAll(changes);
      both.values().removeIf(Objects::isNull);
      return both;
    }
    return after;
  }
}

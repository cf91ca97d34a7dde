package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.CommandException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * A TrustDomain as it was read: what is wished of its spec is written only if nobody changed the
 * spec since. That its status moves on is no change: control planes write it every few seconds, and
 * whoever is asked may think for longer.
 */
record SeenDomain(KubernetesClient client, TrustDomain object) {
  private static final int CONFLICT = 409;

  /** Statuses are written between a read and a write, but not that often. */
  private static final int ATTEMPTS = 10;

  String name() {
    return object.getMetadata().getName();
  }

  /** As it is now, whoever changed what. */
  SeenDomain again() {
    TrustDomain now = client.resources(TrustDomain.class).withName(name()).get();
    if (now == null) {
      throw CommandException.refused(
          "the TrustDomain %s is gone".formatted(name()),
          "somebody deleted it",
          "if it is the cluster's own, restart the control plane, which makes it anew");
    }
    return new SeenDomain(client, now);
  }

  /**
   * As it is now.
   *
   * @throws CommandException when somebody changed its spec meanwhile
   */
  SeenDomain unchanged() {
    SeenDomain now = again();
    boolean isSame =
        Objects.equals(now.object.getMetadata().getUid(), object.getMetadata().getUid())
            && Objects.equals(
                now.object.getMetadata().getGeneration(), object.getMetadata().getGeneration());
    if (!isSame) {
      throw CommandException.refused(
          "nothing was written to the TrustDomain " + name(),
          "somebody else changed its spec meanwhile",
          "look at it (kubectl get trustdomain %s -o yaml), and run this again".formatted(name()));
    }
    return now;
  }

  /**
   * Writes parts of the spec, and leaves the others as they are.
   *
   * @throws CommandException when somebody changed the spec meanwhile
   */
  void write(Map<String, Object> spec) {
    SeenDomain now = this;
    for (int attempt = 1; ; attempt++) {
      try {
        now.patch(spec);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
      now = now.unchanged();
    }
  }

  private void patch(Map<String, Object> spec) {
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put(
        "metadata",
        Map.of(
            "resourceVersion", Objects.requireNonNull(object.getMetadata().getResourceVersion())));
    patch.put("spec", withoutEmptyLists(spec));
    client
        .resources(TrustDomain.class)
        .withName(name())
        .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
  }

  /**
   * By which {@code kubectl apply} leaves the object as {@link #write} would. What is taken away is
   * a null in it: kubectl leaves alone what is not named and was not applied before.
   */
  String manifest(Map<String, Object> spec) {
    Map<String, Object> whole =
        Serialization.unmarshal(
            Serialization.asJson(object.getSpec()),
            new TypeReference<LinkedHashMap<String, Object>>() {});
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("apiVersion", object.getApiVersion());
    document.put("kind", object.getKind());
    document.put("metadata", Map.of("name", name()));
    document.put("spec", merged(whole, spec));
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

  private static Map<String, @Nullable Object> merged(Map<?, ?> before, Map<?, ?> changes) {
    Map<String, @Nullable Object> both = new LinkedHashMap<>();
    before.forEach((name, value) -> both.put(String.valueOf(name), value));
    changes.forEach((name, value) ->
        both.put(
            String.valueOf(name),
            before.get(name) instanceof Map<?, ?> old && value instanceof Map<?, ?> part
                ? merged(old, part)
                : value));
    return both;
  }
}

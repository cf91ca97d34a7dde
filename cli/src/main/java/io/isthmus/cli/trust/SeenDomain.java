package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.CommandException;
import java.util.ArrayList;
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
    try {
      client
          .resources(TrustDomain.class)
          .withName(name())
          .patch(PatchContext.of(PatchType.JSON), Serialization.asJson(patch(spec)));
    } catch (KubernetesClientException e) {
      unchanged(); // a test that fails is refused as what is wrong in itself
      throw e;
    }
  }

  /** What {@link #write} sends, for people: it does nothing once somebody changed the spec. */
  String manifest(Map<String, Object> spec) {
    return "# kubectl patch trustdomain %s --type=json --patch-file=<this>%n".formatted(name())
        + Serialization.asYaml(patch(spec));
  }

  /** A JSON patch (RFC 6902). */
  private List<Map<String, Object>> patch(Map<String, Object> spec) {
    List<Map<String, Object>> operations = new ArrayList<>();
    operations.add(operation("test", "/metadata/uid", object.getMetadata().getUid()));
    operations.add(operation("test", "/metadata/generation", object.getMetadata().getGeneration()));
    Map<String, @Nullable Object> before =
        Serialization.unmarshal(
            Serialization.asJson(object.getSpec()),
            new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});
    change("/spec", before, spec, operations);
    return operations;
  }

  private static void change(
      String path, Map<?, ?> before, Map<?, ?> after, List<Map<String, Object>> operations) {
    after.forEach((name, value) -> {
      String field = path + "/" + name;
      Object old = before.get(name);
      switch (value) {
        case null -> {
          if (old != null) {
            operations.add(Map.of("op", "remove", "path", field));
          }
        }
        case Map<?, ?> part when old instanceof Map<?, ?> whole ->
            change(field, whole, part, operations);
        default -> operations.add(operation("add", field, value)); // replaces what is there
      }
    });
  }

  private static Map<String, Object> operation(String op, String path, Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("op", op);
    fields.put("path", path);
    fields.put("value", value);
    return fields;
  }
}

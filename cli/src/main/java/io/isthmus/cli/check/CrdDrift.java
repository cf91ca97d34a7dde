package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.isthmus.cli.install.Crds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How the CRDs of a cluster differ from those of this command: by fields, not by words. */
final class CrdDrift {
  private CrdDrift() {}

  /** Fields that the cluster's lack, and those that this command does not know. */
  static List<Problem> of(List<CustomResourceDefinition> there, Severity severity) {
    List<Problem> found = new ArrayList<>();
    for (CustomResourceDefinition ours : Crds.all()) {
      named(there, ours)
          .ifPresent(theirs -> {
            report(theirs, missing(fields(ours), fields(theirs)), OLDER, severity)
                .ifPresent(found::add);
            report(theirs, missing(fields(theirs), fields(ours)), NEWER, severity)
                .ifPresent(found::add);
          });
    }
    return found;
  }

  /** Only what this command does not know: its CRDs would take that away. */
  static List<Problem> newer(List<CustomResourceDefinition> there) {
    List<Problem> found = new ArrayList<>();
    for (CustomResourceDefinition ours : Crds.all()) {
      named(there, ours)
          .flatMap(theirs ->
              report(theirs, missing(fields(theirs), fields(ours)), NEWER, Severity.FATAL))
          .ifPresent(found::add);
    }
    return found;
  }

  private record Kind(String seen, String next) {}

  private static final Kind OLDER =
      new Kind("it is older than this command: it lacks ", "upgrade Isthmus in this cluster");
  private static final Kind NEWER =
      new Kind(
          "it is newer than this command, which does not know ",
          "use the isthmus command of the version that is installed, or a later one");

  private static Optional<Problem> report(
      CustomResourceDefinition crd, Set<String> fields, Kind kind, Severity severity) {
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> shown = fields.stream().limit(5).toList();
    String more = fields.size() > 5 ? " and %d more".formatted(fields.size() - 5) : "";
    return Optional.of(
        new Problem(
            severity,
            "CustomResourceDefinition " + crd.getMetadata().getName(),
            kind.seen() + String.join(", ", shown) + more,
            kind.next()));
  }

  private static Optional<CustomResourceDefinition> named(
      List<CustomResourceDefinition> there, CustomResourceDefinition ours) {
    return there.stream()
        .filter(crd -> crd.getMetadata().getName().equals(ours.getMetadata().getName()))
        .findFirst();
  }

  private static Set<String> missing(Set<String> of, Set<String> in) {
    Set<String> missing = new TreeSet<>(of);
    missing.removeAll(in);
    // a field that is missing says so for all that is below it
    missing.removeIf(field -> missing.stream().anyMatch(other -> field.startsWith(other + ".")));
    return missing;
  }

  private static Set<String> fields(CustomResourceDefinition crd) {
    Set<String> fields = new TreeSet<>();
    crd.getSpec()
        .getVersions()
        .forEach(version -> {
          fields.add(version.getName());
          if (version.getSchema() != null) {
            below(version.getName(), version.getSchema().getOpenAPIV3Schema(), fields);
          }
        });
    return fields;
  }

  private static void below(String path, @Nullable JSONSchemaProps schema, Set<String> fields) {
    if (schema == null) {
      return;
    }
    Map<String, JSONSchemaProps> properties = schema.getProperties();
    if (properties != null) {
      properties.forEach((name, property) -> {
        fields.add(path + "." + name);
        below(path + "." + name, property, fields);
      });
    }
    if (schema.getItems() != null) {
      below(path + "[]", schema.getItems().getSchema(), fields);
    }
    if (schema.getAdditionalProperties() != null) {
      below(path + ".*", schema.getAdditionalProperties().getSchema(), fields);
    }
  }
}

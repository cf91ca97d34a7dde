package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.CommandException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the context's user may do, asked before anything is half done. */
record Rights(String context, KubernetesClient client, String namespace) {
  private record Wanted(String verb, String group, String resource, String namespace) {
    String text() {
      return "%s %s%s".formatted(verb, resource, group.isEmpty() ? "" : "." + group)
          + (namespace.isEmpty() ? "" : " in " + namespace);
    }
  }

  /** Throws, naming each right that is missing, unless all the objects may be written. */
  void need(Collection<? extends HasMetadata> objects, String... verbs) {
    if (isAllowed(new Wanted("*", "*", "*", ""))) {
      return;
    }
    Set<String> missing = new TreeSet<>();
    for (Wanted wanted : wanted(objects, List.of(verbs))) {
      if (!isAllowed(wanted)) {
        missing.add(wanted.text());
      }
    }
    if (!missing.isEmpty()) {
      throw CommandException.refused(
          "the user of context %s may not do what this needs".formatted(context),
          "missing: " + String.join(", ", missing),
          "use a context of a cluster administrator, or have these rights granted");
    }
  }

  /** Whether Helm's releases can be read. */
  boolean mayReadReleases() {
    return isAllowed(new Wanted("list", "", "secrets", namespace));
  }

  boolean mayReadNamespaces() {
    return isAllowed(new Wanted("get", "", "namespaces", ""));
  }

  private List<Wanted> wanted(Collection<? extends HasMetadata> objects, List<String> verbs) {
    return Stream.concat(
            objects.stream()
                .flatMap(object ->
                    verbs.stream()
                        .map(verb ->
                            new Wanted(
                                verb,
                                group(object),
                                plural(object),
                                Objects.requireNonNullElse(
                                    object.getMetadata().getNamespace(), "")))),
            // Helm keeps its releases in Secrets
            Stream.of("list", "create", "update", "delete")
                .map(verb -> new Wanted(verb, "", "secrets", namespace)))
        .distinct()
        .toList();
  }

  private static String plural(HasMetadata object) {
    return object instanceof GenericKubernetesResource // of a kind that is not known here
        ? Pluralize.toPlural(object.getKind().toLowerCase(Locale.ROOT))
        : object.getPlural();
  }

  private static String group(HasMetadata object) {
    String version = object.getApiVersion();
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  private boolean isAllowed(Wanted wanted) {
    ResourceAttributes attributes = new ResourceAttributes();
    attributes.setVerb(wanted.verb());
    attributes.setGroup(wanted.group());
    attributes.setResource(wanted.resource());
    attributes.setNamespace(wanted.namespace().isEmpty() ? null : wanted.namespace());
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withResourceAttributes(attributes)
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }
}

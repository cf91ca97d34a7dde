package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import java.util.Objects;

/**
 * One thing that an API server grants, or does not.
 *
 * @param namespace empty for what is in none
 */
public record Right(String verb, String group, String resource, String namespace) {
  /** Who has it has every other. */
  public static final Right EVERYTHING = new Right("*", "*", "*", "");

  static Right to(String verb, HasMetadata object) {
    String version = object.getApiVersion();
    return new Right(
        verb,
        version.contains("/") ? version.substring(0, version.indexOf('/')) : "",
        object instanceof GenericKubernetesResource // of a kind that is not known here
            ? Pluralize.toPlural(object.getKind().toLowerCase(Locale.ROOT))
            : object.getPlural(),
        Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""));
  }

  /** Whether the client's user has it, as the API server says. */
  public boolean isHeld(KubernetesClient client) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withNamespace(namespace.isEmpty() ? null : namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    var answer = client.authorization().v1().selfSubjectAccessReview().create(review);
    return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  @Override
  public String toString() {
    return "%s %s%s%s"
        .formatted(
            verb,
            resource,
            group.isEmpty() ? "" : "." + group,
            namespace.isEmpty() ? "" : " in the namespace " + namespace);
  }
}

package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Unanswered;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the API server would say to all objects of all releases, asked before the first is written.
 * A namespace that is not there has to be made for it, and goes again when anything is refused.
 */
record Rehearsal(KubernetesClient client, Releases releases) {
  private static final int END_OF_NAMESPACE_SECONDS = 60;

  void run(Namespace namespace, List<Release> wanted, List<HasMetadata> objects) {
    boolean isNew = client.resource(namespace).get() == null;
    if (isNew) {
      client.resource(namespace).create();
    }
    try {
      wanted.forEach(releases::rehearse);
      // a namespace that is there is not written, and its user need have no right to
      refuse(
          objects.stream()
              .filter(object -> !(object instanceof Namespace))
              .flatMap(object -> refusal(object).stream())
              .toList());
    } catch (RuntimeException refusal) {
      throw isNew ? takenBack(namespace, refusal) : refusal;
    }
  }

  private void refuse(List<String> refusals) {
    if (!refusals.isEmpty()) {
      throw CommandException.refused(
          "the API server of context %s refuses what would be installed"
              .formatted(releases.context()),
          String.join("; ", refusals),
          "correct what is named above; docs/install.md has the values. Nothing was changed");
    }
  }

  private Optional<String> refusal(HasMetadata object) {
    try {
      if (client.resource(object).get() == null) {
        client.resource(object).dryRun().create();
      } else {
        client
            .resource(object)
            .dryRun()
            .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(object));
      }
      return Optional.empty();
    } catch (KubernetesClientException e) {
      String why = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
      // says nothing of the object: a webhook of another's takes no dry runs
      return why != null && why.contains("does not support dry run")
          ? Optional.empty()
          : Optional.of(
              "%s %s: %s".formatted(object.getKind(), object.getMetadata().getName(), why));
    }
  }

  /** Waits for its end, so that the next try finds no namespace that ends. */
  private RuntimeException takenBack(Namespace namespace, RuntimeException refusal) {
    try {
      client.resource(namespace).delete();
    } catch (KubernetesClientException e) {
      return staying(namespace, refusal, e);
    }
    try {
      client
          .resource(namespace)
          .waitUntilCondition(Objects::isNull, END_OF_NAMESPACE_SECONDS, TimeUnit.SECONDS);
    } catch (KubernetesClientException e) {
      refusal.addSuppressed(e); // it ends by itself
    }
    return refusal;
  }

  private static CommandException staying(
      Namespace namespace, RuntimeException refusal, KubernetesClientException why) {
    String name = namespace.getMetadata().getName();
    CommandException both =
        CommandException.refused(
            "the installation is refused, and the namespace %s, which was made to find that out, stays"
                .formatted(name),
            "%s; and of the namespace %s".formatted(Unanswered.why(refusal), Unanswered.why(why)),
            "correct what is named above; kubectl delete namespace " + name);
    both.addSuppressed(refusal);
    both.addSuppressed(why);
    return both;
  }
}

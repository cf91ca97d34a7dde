package io.isthmus.cli.inject;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where an object says what its Pods are.
 *
 * @param change puts other metadata and another spec into the object
 */
record PodTemplate(ObjectMeta metadata, PodSpec spec, BiConsumer<ObjectMeta, PodSpec> change) {

  /** Empty for an object without Pods, and for one that says nothing of them. */
  static Optional<PodTemplate> of(HasMetadata object) {
    return switch (object) {
      case Pod pod when pod.getSpec() != null ->
          Optional.of(
              new PodTemplate(
                  pod.getMetadata(),
                  pod.getSpec(),
                  (metadata, spec) -> {
                    pod.setMetadata(metadata);
                    pod.setSpec(spec);
                  }));
      case Deployment it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case StatefulSet it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case DaemonSet it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case ReplicaSet it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case ReplicationController it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case Job it when it.getSpec() != null -> of(it.getSpec().getTemplate());
      case CronJob it
          when it.getSpec() != null
              && it.getSpec().getJobTemplate() != null
              && it.getSpec().getJobTemplate().getSpec() != null ->
          of(it.getSpec().getJobTemplate().getSpec().getTemplate());
      default -> Optional.empty();
    };
  }

  private static Optional<PodTemplate> of(@Nullable PodTemplateSpec template) {
    return template == null || template.getSpec() == null
        ? Optional.empty()
        : Optional.of(
            new PodTemplate(
                Objects.requireNonNullElseGet(template.getMetadata(), ObjectMeta::new),
                template.getSpec(),
                (metadata, spec) -> {
                  template.setMetadata(metadata);
                  template.setSpec(spec);
                }));
  }
}

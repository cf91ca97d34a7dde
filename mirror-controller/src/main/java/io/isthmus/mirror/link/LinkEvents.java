package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.mirror.leader.FencedWriter;
import io.isthmus.mirror.plan.Problem;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One Event for each problem that is new. Its name is the problem's, so that another leader does
 * not say it again while the first Event is kept. Belongs to the Link's thread.
 */
final class LinkEvents {
  private final FencedWriter writer;
  private final InstantSource clock;
  private final Set<Problem> said = new HashSet<>();

  LinkEvents(FencedWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  void say(Link link, List<Problem> problems) {
    said.retainAll(problems);
    for (Problem problem : problems) {
      if (said.add(problem)) {
        try {
          writer.create(event(link, problem));
        } catch (KubernetesClientException e) {
          if (e.getCode() != 409) {
            said.remove(problem);
            throw e;
          }
        }
      }
    }
  }

  private Event event(Link link, Problem problem) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String name =
        "%s.%08x%08x"
            .formatted(
                link.getMetadata().getName(),
                problem.reason().hashCode(),
                problem.export().toString().hashCode());
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(link.getMetadata().getNamespace())
        .withName(name)
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(link.getApiVersion())
        .withKind(link.getKind())
        .withNamespace(link.getMetadata().getNamespace())
        .withName(link.getMetadata().getName())
        .withUid(link.getMetadata().getUid())
        .endInvolvedObject()
        .withType("Warning")
        .withReason(problem.reason())
        .withMessage(problem.message())
        .withNewSource()
        .withComponent(Labels.MANAGED_BY_MIRROR_CONTROLLER)
        .endSource()
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }
}

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.mirror.leader.FencedWriter;
import io.isthmus.mirror.plan.PeerLimits;
import io.isthmus.mirror.plan.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One Event for each problem that is new. Its name is the problem's, so that another leader does
 * not say it again while the first Event is kept. At most {@link PeerLimits#EVENTS_AN_HOUR} are
 * written; the rest follow in later hours, if they are still problems. Belongs to the Link's
 * thread.
 */
final class LinkEvents {
  private final FencedWriter writer;
  private final InstantSource clock;
  private final Set<Problem> said = new HashSet<>();
  private Instant hour = Instant.EPOCH;
  private int written;

  LinkEvents(FencedWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /** How many problems are left without an Event for now. */
  int say(Link link, List<Problem> problems) {
    said.retainAll(problems);
    int unsaid = 0;
    for (Problem problem : problems) {
      if (said.contains(problem)) {
        continue;
      }
      if (!mayWrite()) {
        unsaid++;
      } else {
        said.add(problem);
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
    return unsaid;
  }

  private boolean mayWrite() {
    Instant now = clock.instant();
    if (!now.isBefore(hour.plus(1, ChronoUnit.HOURS))) {
      hour = now;
      written = 0;
    }
    return ++written <= PeerLimits.EVENTS_AN_HOUR;
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

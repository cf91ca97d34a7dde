package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.control.state.ServiceKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Warning on each Service that is not exported as its owner meant, for who looks there and not in
 * our log. An Event's name is the problem's, so replicas say it once between them. At most {@code
 * EVENTS_AN_HOUR} are written; the log and the metric have all problems. Used by one thread.
 */
final class ServiceEvents {
  static final int EVENTS_AN_HOUR = 256;
  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(ServiceEvents.class);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private final Map<ServiceKey, String> said = new HashMap<>();
  private Instant hour = Instant.EPOCH;
  private int written;

  ServiceEvents(KubernetesClient client, InstantSource clock, MeterRegistry metrics) {
    this.client = client;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** All present problems, by Service. */
  void say(List<Service> services, Map<ServiceKey, String> problems) {
    said.keySet().retainAll(problems.keySet());
    for (Service service : services) {
      ServiceKey key =
          new ServiceKey(service.getMetadata().getNamespace(), service.getMetadata().getName());
      String problem = problems.get(key);
      if (problem != null && !problem.equals(said.get(key)) && mayWrite()) {
        said.put(key, problem);
        write(event(service, problem));
      }
    }
  }

  private boolean mayWrite() {
    Instant now = clock.instant();
    if (!now.isBefore(hour.plus(1, ChronoUnit.HOURS))) {
      hour = now;
      written = 0;
    }
    return ++written <= EVENTS_AN_HOUR;
  }

  private void write(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        metrics.counter("isthmus.events.failed").increment();
        LOG.atDebug()
            .addKeyValue("object", event.getInvolvedObject().getName())
            .addKeyValue("problem", e.getMessage())
            .log("event not written");
      }
    }
  }

  private Event event(Service service, String problem) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String name = service.getMetadata().getName();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(service.getMetadata().getNamespace())
        .withName(name + "." + UUID.nameUUIDFromBytes(problem.getBytes(UTF_8)))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("v1")
        .withKind("Service")
        .withNamespace(service.getMetadata().getNamespace())
        .withName(name)
        .withUid(service.getMetadata().getUid())
        .endInvolvedObject()
        .withType("Warning")
        .withReason("NotExported")
        .withMessage(problem)
        .withNewSource()
        .withComponent(ObjectNames.CONTROL_SERVICE_ACCOUNT)
        .endSource()
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }
}

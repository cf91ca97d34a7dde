package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events, for who looks at an object and not into our log. An Event's name is what it says,
 * so replicas say it once between them. At most {@code EVENTS_AN_HOUR} are written. Used by one
 * thread.
 */
public final class Events {
  static final int EVENTS_AN_HOUR = 256;
  private static final int CONFLICT = 409;
  private static final int MESSAGE_LENGTH = 1024; // what the API server takes

  /** Where Events of objects without a namespace have to be. */
  private static final String DEFAULT_NAMESPACE = "default";

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private Instant hour = Instant.EPOCH;
  private int written;

  /** How bad it is, as the API has it. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /**
   * @param reason in camel case
   * @param once what makes it one and the same, whoever says it
   */
  public record News(Type type, String reason, String message, String once) {}

  public Events(KubernetesClient client, InstantSource clock, MeterRegistry metrics) {
    this.client = client;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Whether one more may be written this hour. */
  boolean mayWrite() {
    startHour();
    return written < EVENTS_AN_HOUR;
  }

  /** Blocks. What cannot be written is counted. */
  public void write(HasMetadata object, News news) {
    startHour();
    if (++written > EVENTS_AN_HOUR) {
      return;
    }
    try {
      client.resource(event(object, news)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        metrics.counter("isthmus.events.failed").increment();
        LOG.atDebug()
            .addKeyValue("object", object.getMetadata().getName())
            .addKeyValue("problem", e.getMessage())
            .log("event not written");
      }
    }
  }

  private void startHour() {
    Instant now = clock.instant();
    if (!now.isBefore(hour.plus(1, ChronoUnit.HOURS))) {
      hour = now;
      written = 0;
    }
  }

  private Event event(HasMetadata object, News news) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String name = object.getMetadata().getName();
    String message = news.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(
            Objects.requireNonNullElse(object.getMetadata().getNamespace(), DEFAULT_NAMESPACE))
        .withName(name + "." + UUID.nameUUIDFromBytes(news.once().getBytes(UTF_8)))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(object.getApiVersion())
        .withKind(object.getKind())
        .withNamespace(object.getMetadata().getNamespace())
        .withName(name)
        .withUid(object.getMetadata().getUid())
        .endInvolvedObject()
        .withType(news.type().word)
        .withReason(news.reason())
        .withMessage(
            message.length() <= MESSAGE_LENGTH
                ? message
                : message.substring(0, MESSAGE_LENGTH - 3) + "...")
        .withNewSource()
        .withComponent(ObjectNames.CONTROL_SERVICE_ACCOUNT)
        .endSource()
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }
}

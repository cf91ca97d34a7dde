package io.isthmus.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.schema.Choice;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of a resource, in the form that Kubernetes gives conditions.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason one CamelCase word, for programs
 * @param message the object, the value and the next step, for people
 * @param observedGeneration of the spec that the condition is about
 * @param lastTransitionTime when the status last changed, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    String type,
    @Choice({"True", "False", "Unknown"}) String status,
    String reason,
    String message,
    @Nullable Long observedGeneration,
    @Nullable String lastTransitionTime) {

  public static final String TRUE = "True";
  public static final String FALSE = "False";
  public static final String UNKNOWN = "Unknown";

  /** Whether nothing but the time of the last transition differs. */
  public boolean saysTheSameAs(Condition other) {
    return type.equals(other.type)
        && status.equals(other.status)
        && reason.equals(other.reason)
        && message.equals(other.message)
        && Objects.equals(observedGeneration, other.observedGeneration);
  }

  /** This condition with the time of its transition: the former one's while the status is. */
  public Condition after(List<Condition> former, String now) {
    String since =
        find(former, type)
            .filter(condition -> condition.status.equals(status))
            .map(Condition::lastTransitionTime)
            .orElse(now);
    return new Condition(type, status, reason, message, observedGeneration, since);
  }

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type.equals(type)).findFirst();
  }
}

package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Pem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether Pods that ask for a sidecar get one; what is wrong is named as near its cause as can be.
 */
final class WebhookCheck {
  private static final String OBJECT =
      "MutatingWebhookConfiguration " + ObjectNames.INJECTION_WEBHOOK;

  private WebhookCheck() {}

  static List<Problem> of(ClusterFacts facts, Instant now) {
    List<String> asking = asking(facts.install().namespaces().get());
    if (asking.isEmpty()) {
      return List.of();
    }
    var webhook = facts.install().webhook().get();
    if (webhook.isEmpty()) {
      return List.of(
          fatal(
              OBJECT,
              "it is not there, and these namespaces ask for sidecars: " + asking,
              "install Isthmus with injection, or take %s=enabled from them"
                  .formatted(Annotations.INJECT)));
    }
    List<Problem> found = new ArrayList<>();
    for (MutatingWebhook each :
        Objects.requireNonNullElse(webhook.get().getWebhooks(), List.<MutatingWebhook>of())) {
      bundleProblem(each.getClientConfig().getCaBundle(), now)
          .forEach(seen ->
              found.add(
                  fatal(
                      OBJECT + ", " + each.getName(),
                      "its caBundle " + seen,
                      "the control plane keeps it: see the log of "
                          + ObjectNames.CONTROL_SERVICE_ACCOUNT)));
    }
    if (readyEndpoints(facts.install().slices().get(), ObjectNames.CONTROL_SERVICE) == 0) {
      found.add(
          fatal(
              "Service %s/%s".formatted(facts.namespace(), ObjectNames.CONTROL_SERVICE),
              "no endpoint of it is ready: Pods that ask for a sidecar are refused meanwhile",
              "see the Pods of " + ObjectNames.CONTROL_SERVICE_ACCOUNT));
    }
    if (found.isEmpty()) {
      facts
          .install()
          .refusal()
          .value()
          .flatMap(why -> why)
          .ifPresent(why ->
              found.add(
                  fatal(
                      OBJECT,
                      "a Pod that asks for a sidecar would be refused: " + why,
                      "see that the API server reaches port webhook of the Service %s/%s, and the log of %s"
                          .formatted(
                              facts.namespace(),
                              ObjectNames.CONTROL_SERVICE,
                              ObjectNames.CONTROL_SERVICE_ACCOUNT))));
    }
    return found;
  }

  private static Problem fatal(String object, String seen, String next) {
    return new Problem(Severity.FATAL, object, seen, next);
  }

  /** Names of those whose Pods are to get sidecars: where there are none, nobody needs it. */
  static List<String> asking(List<Namespace> namespaces) {
    return namespaces.stream()
        .filter(WebhookCheck::asks)
        .map(namespace -> namespace.getMetadata().getName())
        .toList();
  }

  static boolean asks(Namespace namespace) {
    return is(namespace.getMetadata().getLabels(), Annotations.INJECT)
        || is(namespace.getMetadata().getLabels(), Labels.INJECTION)
        || is(namespace.getMetadata().getAnnotations(), Annotations.INJECT);
  }

  private static boolean is(@Nullable Map<String, String> map, String key) {
    return map != null && Labels.INJECTION_ENABLED.equals(map.get(key));
  }

  private static List<String> bundleProblem(@Nullable String caBundle, Instant now) {
    if (caBundle == null || caBundle.isEmpty()) {
      return List.of("is empty");
    }
    try {
      var certificates =
          Pem.decodeCertificates(
              new String(Base64.getDecoder().decode(caBundle), StandardCharsets.UTF_8));
      return certificates.stream().anyMatch(each -> each.getNotAfter().toInstant().isAfter(now))
          ? List.of()
          : List.of("has expired certificates only");
    } catch (IllegalArgumentException e) {
      return List.of("cannot be read: " + e.getMessage());
    }
  }

  static long readyEndpoints(List<EndpointSlice> slices, String service) {
    return slices.stream()
        .filter(slice ->
            slice.getMetadata().getLabels() != null
                && service.equals(slice.getMetadata().getLabels().get(Labels.SERVICE_NAME)))
        .flatMap(
            slice -> Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of()).stream())
        .filter(endpoint ->
            endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
        .count();
  }
}

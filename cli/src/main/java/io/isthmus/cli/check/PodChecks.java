package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.cli.PodStates;
import io.isthmus.control.injection.ImageVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether one Pod is in the mesh, and what keeps it from being so. */
final class PodChecks {
  private static final Set<Integer> PORTS = Set.of(15_000, 15_001, 15_006, 15_008, 15_020, 15_021);
  private static final List<String> SKIPS =
      List.of(
          Annotations.SKIP_INBOUND_PORTS,
          Annotations.SKIP_OUTBOUND_PORTS,
          Annotations.SKIP_OUTBOUND_CIDRS);

  private final PodFacts facts;
  private final Pod pod;
  private final Instant now;

  private PodChecks(PodFacts facts, Pod pod, Instant now) {
    this.facts = facts;
    this.pod = pod;
    this.now = now;
  }

  static void look(PodFacts facts, Instant now, Sheet sheet) {
    sheet.check(
        Check.POD_FOUND,
        List.of(facts.pod()),
        () ->
            facts.pod().get().isPresent()
                ? List.of()
                : List.of(
                    new Problem(
                        Severity.FATAL,
                        "Pod " + facts.key(),
                        "it is not there",
                        "kubectl -n %s get pods".formatted(facts.namespaceName()))));
    facts
        .pod()
        .value()
        .flatMap(pod -> pod)
        .ifPresent(pod -> new PodChecks(facts, pod, now).look(sheet));
  }

  private void look(Sheet sheet) {
    sheet.check(Check.POD_HOST_NETWORK, List.of(), this::hostNetwork);
    sheet.check(Check.POD_INJECTED, List.of(facts.namespace()), this::notInjected);
    sheet.check(Check.POD_PORT, List.of(), this::takenPorts);
    if (sidecar().isEmpty()) {
      return; // without a sidecar the rest says nothing
    }
    sheet.check(Check.POD_TOKEN, List.of(), this::token);
    sheet.check(Check.POD_BUNDLE, List.of(facts.bundle()), this::bundle);
    sheet.check(Check.POD_SIDECAR, List.of(), this::notReady);
    Reading<String> newest = newest();
    sheet.check(Check.POD_SIDECAR_VERSION, List.of(newest), () -> outdated(newest.get()));
    sheet.check(Check.POD_SKIPS, List.of(), this::skips);
    sheet.check(Check.POD_REFUSED, List.of(facts.domains()), this::refused);
    sheet.check(Check.POD_REPORTS, List.of(facts.domains()), this::reports);
  }

  private Problem fatal(String seen, String next) {
    return new Problem(Severity.FATAL, "Pod " + facts.key(), seen, next);
  }

  private Problem warning(String seen, String next) {
    return new Problem(Severity.WARNING, "Pod " + facts.key(), seen, next);
  }

  private static <T> List<T> list(@Nullable List<T> maybe) {
    return maybe == null ? List.of() : maybe;
  }

  private Map<String, String> annotations() {
    return Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of());
  }

  private Stream<Container> containers() {
    return Stream.concat(
        list(pod.getSpec().getInitContainers()).stream(),
        list(pod.getSpec().getContainers()).stream());
  }

  private Optional<Container> sidecar() {
    return containers()
        .filter(container -> ObjectNames.PROXY_CONTAINER.equals(container.getName()))
        .findFirst();
  }

  private boolean isOnHostNetwork() {
    return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
  }

  private List<Problem> hostNetwork() {
    return isOnHostNetwork()
        ? List.of(
            fatal(
                "it has hostNetwork: such Pods are left alone, and get no sidecar",
                "take hostNetwork from it, or call what it offers without the mesh"))
        : List.of();
  }

  private List<Problem> notInjected() {
    if (sidecar().isPresent() || isOnHostNetwork()) {
      return List.of();
    }
    String own = annotations().getOrDefault(Annotations.INJECT, "");
    if (own.equals("disabled")) {
      return List.of(
          fatal(
              "it has no sidecar: its own annotation %s is disabled".formatted(Annotations.INJECT),
              "take the annotation from its template, and make it anew"));
    }
    boolean asks =
        own.equals("enabled") || facts.namespace().get().filter(WebhookCheck::asks).isPresent();
    return List.of(
        asks
            ? fatal(
                "it has no sidecar, though one is asked for: it was made before that, or without"
                    + " the webhook",
                "make it anew (kubectl -n %s delete pod %s); if that does not help see isthmus check, install.webhook"
                    .formatted(facts.namespaceName(), facts.name()))
            : fatal(
                "it has no sidecar, and nobody asks for one",
                "kubectl annotate namespace %s %s=enabled, and make it anew"
                    .formatted(facts.namespaceName(), Annotations.INJECT)));
  }

  private List<Problem> takenPorts() {
    List<Problem> found = new ArrayList<>();
    containers()
        .filter(container -> !ObjectNames.PROXY_CONTAINER.equals(container.getName()))
        .forEach(container ->
            list(container.getPorts()).stream()
                .filter(port -> PORTS.contains(port.getContainerPort()))
                .forEach(port ->
                    found.add(
                        fatal(
                            "container %s has the port %d, which is the sidecar's"
                                .formatted(container.getName(), port.getContainerPort()),
                            "let it listen on another port"))));
    return found;
  }

  private List<Problem> token() {
    boolean isThere =
        list(pod.getSpec().getVolumes()).stream()
            .filter(volume -> volume.getProjected() != null)
            .flatMap(volume -> list(volume.getProjected().getSources()).stream())
            .map(source -> source.getServiceAccountToken())
            .filter(Objects::nonNull)
            .anyMatch(token -> ObjectNames.TOKEN_AUDIENCE.equals(token.getAudience()));
    return isThere
        ? List.of()
        : List.of(
            fatal(
                "no volume of it has a service-account token of the audience "
                    + ObjectNames.TOKEN_AUDIENCE,
                "inject it again: without the token the sidecar gets no certificate"));
  }

  private List<Problem> bundle() {
    boolean isThere =
        facts
            .bundle()
            .get()
            .filter(map ->
                map.getData() != null && map.getData().containsKey(ObjectNames.BUNDLE_JWKS_KEY))
            .isPresent();
    return isThere
        ? List.of()
        : List.of(
            new Problem(
                Severity.FATAL,
                "ConfigMap %s/%s".formatted(facts.namespaceName(), ObjectNames.TRUST_BUNDLE),
                "it is not there, or has no " + ObjectNames.BUNDLE_JWKS_KEY,
                "the control plane puts it where injected Pods are: see its log"));
  }

  private List<Problem> notReady() {
    Optional<ContainerStatus> status =
        PodStates.containers(pod).stream()
            .filter(each -> ObjectNames.PROXY_CONTAINER.equals(each.getName()))
            .findFirst();
    if (status.filter(each -> Boolean.TRUE.equals(each.getReady())).isPresent()) {
      return List.of();
    }
    return List.of(
        fatal(
            "its sidecar is not ready: "
                + status.map(PodChecks::state).orElse("it has not started"),
            "kubectl -n %s logs %s -c %s: the last lines say what it waits for"
                .formatted(facts.namespaceName(), facts.name(), ObjectNames.PROXY_CONTAINER)));
  }

  /** What new Pods get. */
  private Reading<String> newest() {
    return switch (facts.deployments()) {
      case Reading.Unread<List<Deployment>>(String why, Duration took) ->
          new Reading.Unread<>(why, took);
      case Reading.Read<List<Deployment>>(List<Deployment> all, Duration took) ->
          SidecarVersions.current(all)
              .<Reading<String>>map(version -> new Reading.Read<>(version, took))
              .orElseGet(() ->
                  new Reading.Unread<>(
                      "no Deployment of the control plane in the namespace %s says what sidecar new Pods get"
                          .formatted(facts.system()),
                      took));
    };
  }

  /** A Pod of before there was a label for it has its image. */
  private List<Problem> outdated(String newest) {
    Optional<String> own =
        Optional.ofNullable(pod.getMetadata().getLabels())
            .map(labels -> labels.get(Labels.SIDECAR_VERSION))
            .or(() -> sidecar().map(Container::getImage).map(ImageVersion::of));
    return own.filter(version -> !version.equals(newest))
        .map(version ->
            warning(
                "its sidecar is of %s, and new ones of %s".formatted(version, newest),
                "make it anew, e.g. kubectl rollout restart (where isthmus inject was used: inject anew)"))
        .map(List::of)
        .orElse(List.of());
  }

  private static String state(ContainerStatus status) {
    return PodStates.waiting(status)
            .map(waiting ->
                "waiting, %s: %s"
                    .formatted(
                        waiting.getReason(), Objects.requireNonNullElse(waiting.getMessage(), "")))
            .or(() ->
                PodStates.ended(status)
                    .map(ended ->
                        "ended with %d, %s".formatted(ended.getExitCode(), ended.getReason())))
            .orElse("it runs")
        + "; %d restarts".formatted(status.getRestartCount());
  }

  private List<Problem> skips() {
    return SKIPS.stream()
        .filter(annotations()::containsKey)
        .map(key ->
            warning(
                "%s is %s: that traffic is in plain text, around the sidecar"
                    .formatted(key, annotations().get(key)),
                "nothing, if that is meant"))
        .toList();
  }

  private List<Reporter> reporters() {
    return facts.domains().get().stream()
        .flatMap(domain -> Optional.ofNullable(domain.getStatus()).stream())
        .map(TrustDomainStatus::enforcement)
        .filter(Objects::nonNull)
        .flatMap(enforcement -> enforcement.fresh(now).stream())
        .toList();
  }

  private List<String> about(List<String> lines) {
    return lines.stream()
        .filter(line -> line.equals(facts.key()) || line.startsWith(facts.key() + " "))
        .toList();
  }

  private List<Problem> refused() {
    return reporters().stream()
        .flatMap(reporter -> about(reporter.refused()).stream())
        .map(line ->
            fatal(
                "it refuses a bundle that is handed out: " + line,
                "see docs/trust-status.md, on generations that a proxy refuses"))
        .toList();
  }

  private List<Problem> reports() {
    return reporters().stream()
        .flatMap(reporter -> about(reporter.waitingFor()).stream())
        .distinct()
        .map(line ->
            warning(
                "its proxy does not enforce what is handed out: " + line,
                "see the sidecar's log, and whether it reaches the control plane (port 15012)"))
        .toList();
  }
}

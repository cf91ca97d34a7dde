package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.cli.PodStates;
import io.isthmus.cli.VersionCommand;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Crds;
import io.isthmus.control.injection.ImageVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Layer 0: what is installed, whether it runs, and whether clocks agree. */
final class InstallChecks {
  /** Certificates begin five minutes before they are issued: this tells before they are refused. */
  static final Duration CLOCK = Duration.ofMinutes(1);

  private static final List<String> COMPONENTS =
      List.of(
          ObjectNames.CONTROL_SERVICE_ACCOUNT,
          ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT,
          ObjectNames.GATEWAY_SERVICE_ACCOUNT);

  private static final Set<String> NO_IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+.*");

  private final ClusterFacts facts;
  private final Instant now;
  private final Sheet sheet;

  private InstallChecks(ClusterFacts facts, Instant now, Sheet sheet) {
    this.facts = facts;
    this.now = now;
    this.sheet = sheet;
  }

  static void look(ClusterFacts facts, Instant now, Sheet sheet) {
    new InstallChecks(facts, now, sheet).look();
  }

  private void look() {
    var install = facts.install();
    sheet.check(Check.API, List.of(), () -> api(facts));
    sheet.check(
        Check.VERSION, List.of(install.server()), () -> version(install.server().get().version()));
    sheet.check(Check.CRDS, List.of(install.crds()), () -> missing(install.crds().get()));
    sheet.check(
        Check.CRD_FIELDS,
        List.of(install.crds()),
        () -> CrdDrift.of(install.crds().get(), Severity.WARNING));
    sheet.check(
        Check.CONTROL, List.of(facts.mesh().domains(), install.deployments()), this::control);
    sheet.check(
        Check.MIRROR_CONTROLLER,
        List.of(facts.mesh().links(), install.lease()),
        () -> mirrorController(install.lease().get()));
    sheet.check(Check.GATEWAY, List.of(install.deployments()), this::gateway);
    sheet.check(Check.REPLICAS, List.of(install.deployments()), this::replicas);
    sheet.check(Check.IMAGE, List.of(install.deployments(), install.pods()), this::images);
    sheet.check(
        Check.WEBHOOK,
        List.of(install.namespaces(), install.webhook(), install.slices()),
        () -> WebhookCheck.of(facts, now));
    sheet.check(Check.SKEW, List.of(install.deployments()), this::skew);
    sheet.check(
        Check.SIDECARS,
        List.of(install.deployments(), install.outdated()),
        () -> SidecarVersions.outdated(install.deployments().get(), install.outdated().get()));
    sheet.check(Check.CLOCK, List.of(install.server()), () -> clocks(install.server().get()));
  }

  static List<Problem> api(ClusterFacts facts) {
    return facts.install().server() instanceof Reading.Unread<Server>(String why, var _)
        ? List.of(
            new Problem(
                Severity.FATAL,
                facts.by(),
                why,
                "check the address and the way to it: kubectl --context <name> version"))
        : List.of();
  }

  static List<Problem> version(String version) {
    return KubernetesVersion.parse(version)
        .filter(KubernetesVersion::isSupported)
        .map(supported -> List.<Problem>of())
        .orElseGet(() ->
            List.of(
                new Problem(
                    Severity.FATAL,
                    "Kubernetes " + version,
                    "expected %s or later".formatted(KubernetesVersion.OLDEST),
                    "upgrade the cluster")));
  }

  static List<Problem> missing(List<CustomResourceDefinition> there) {
    return Crds.all().stream()
        .map(crd -> crd.getMetadata().getName())
        .filter(name -> there.stream().noneMatch(crd -> crd.getMetadata().getName().equals(name)))
        .map(name ->
            new Problem(
                Severity.FATAL,
                "CustomResourceDefinition " + name,
                "it is not there",
                "install Isthmus in this cluster"))
        .toList();
  }

  private List<Problem> control() {
    List<TrustDomain> own =
        facts.mesh().domains().get().stream()
            .filter(domain -> domain.getSpec() != null && domain.getSpec().authority() != null)
            .toList();
    List<Problem> found = new ArrayList<>();
    if (own.size() != 1) {
      found.add(
          new Problem(
              Severity.FATAL,
              "TrustDomains",
              "%d of them have spec.authority, expected one: the control plane makes it"
                  .formatted(own.size()),
              "see the log of %s, and: kubectl get trustdomains"
                  .formatted(ObjectNames.CONTROL_SERVICE_ACCOUNT)));
    }
    found.addAll(down(ObjectNames.CONTROL_SERVICE_ACCOUNT));
    return found;
  }

  private List<Problem> gateway() {
    return down(ObjectNames.GATEWAY_SERVICE_ACCOUNT);
  }

  /** Where a component runs otherwise than by a Deployment, other checks tell of it. */
  private List<Problem> down(String account) {
    return of(account).stream()
        .filter(deployment -> ready(deployment) == 0)
        .map(this::down)
        .toList();
  }

  private Problem down(Deployment deployment) {
    String name = deployment.getMetadata().getName();
    boolean isWanted = wanted(deployment) > 0;
    return new Problem(
        Severity.FATAL,
        name(deployment),
        isWanted
            ? "none of its %d replicas is ready".formatted(wanted(deployment))
            : "it is scaled to 0 replicas",
        "kubectl -n %s ".formatted(facts.namespace())
            + (isWanted
                ? "describe deployment %s; kubectl -n %s logs deployment/%s"
                    .formatted(name, facts.namespace(), name)
                : "scale deployment %s --replicas=2".formatted(name)));
  }

  private List<Problem> replicas() {
    return COMPONENTS.stream()
        .flatMap(account -> of(account).stream())
        .filter(deployment -> ready(deployment) > 0 && ready(deployment) < wanted(deployment))
        .map(deployment ->
            new Problem(
                Severity.WARNING,
                name(deployment),
                "%d of %d replicas are ready".formatted(ready(deployment), wanted(deployment)),
                "kubectl -n %s describe deployment %s"
                    .formatted(facts.namespace(), deployment.getMetadata().getName())))
        .toList();
  }

  /** Also where older replicas serve on: what was begun does not end by itself. */
  private List<Problem> images() {
    return COMPONENTS.stream()
        .flatMap(account -> of(account).stream())
        .flatMap(deployment -> withoutImage(deployment).stream())
        .toList();
  }

  private Optional<Problem> withoutImage(Deployment deployment) {
    Map<String, String> labels = deployment.getSpec().getSelector().getMatchLabels();
    return facts.install().pods().get().stream()
        .filter(pod -> pod.getMetadata().getLabels() != null)
        .filter(pod -> pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
        .flatMap(pod ->
            PodStates.containers(pod).stream()
                .flatMap(status -> PodStates.waiting(status).stream())
                // one that is created and does not run yet waits for no reason
                .filter(waiting -> waiting.getReason() != null)
                .filter(waiting -> NO_IMAGE.contains(waiting.getReason()))
                .map(waiting ->
                    "Pod %s: %s: %s"
                        .formatted(
                            pod.getMetadata().getName(),
                            waiting.getReason(),
                            Objects.requireNonNullElse(waiting.getMessage(), ""))))
        .findFirst()
        .map(seen ->
            new Problem(
                Severity.FATAL,
                name(deployment),
                seen,
                "correct the image's name, or the registry's credentials, or go back: kubectl -n %s rollout undo deployment %s"
                    .formatted(facts.namespace(), deployment.getMetadata().getName())));
  }

  private List<Deployment> of(String account) {
    return facts.install().deployments().get().stream()
        .filter(deployment ->
            account.equals(deployment.getSpec().getTemplate().getSpec().getServiceAccountName()))
        .toList();
  }

  private static int wanted(Deployment deployment) {
    return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
  }

  private static int ready(Deployment deployment) {
    return Optional.ofNullable(deployment.getStatus())
        .map(DeploymentStatus::getReadyReplicas)
        .orElse(0);
  }

  private static String name(Deployment deployment) {
    return "Deployment %s/%s"
        .formatted(deployment.getMetadata().getNamespace(), deployment.getMetadata().getName());
  }

  /** Without Links there is nothing for it to do, and nothing is wrong where it does not run. */
  private List<Problem> mirrorController(Optional<Lease> lease) {
    if (facts.links().isEmpty()) {
      return List.of();
    }
    String object = "Lease %s/%s".formatted(facts.namespace(), ObjectNames.MIRROR_CONTROLLER_LEASE);
    String next =
        "no mirror is kept until one leads: see the Pods and logs of "
            + ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT;
    if (lease.isEmpty() || lease.get().getSpec().getRenewTime() == null) {
      return List.of(new Problem(Severity.FATAL, object, "no mirror controller has led yet", next));
    }
    Instant renewed = lease.get().getSpec().getRenewTime().toInstant();
    int seconds = Objects.requireNonNullElse(lease.get().getSpec().getLeaseDurationSeconds(), 15);
    // another machine's clock wrote it: that of the API server is asked by install.clock
    boolean isOver = renewed.plusSeconds(2L * seconds).plus(skew(facts)).isBefore(now);
    return isOver
        ? List.of(
            new Problem(
                Severity.FATAL,
                object,
                "last renewed at %s by %s, for %d s"
                    .formatted(renewed, lease.get().getSpec().getHolderIdentity(), seconds),
                next))
        : List.of();
  }

  private static Duration skew(ClusterFacts facts) {
    return facts.install().server().value().map(Server::ahead).orElse(Duration.ZERO).negated();
  }

  private List<Problem> skew() {
    TreeMap<String, TreeSet<String>> byTag = new TreeMap<>();
    for (String account : COMPONENTS) {
      for (Deployment deployment : of(account)) {
        deployment
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .forEach(container ->
                ImageVersion.tag(container.getImage())
                    .ifPresent(tag ->
                        byTag
                            .computeIfAbsent(tag, fresh -> new TreeSet<>())
                            .add(deployment.getMetadata().getName())));
      }
    }
    if (byTag.size() > 1) {
      return List.of(
          new Problem(
              Severity.WARNING,
              "images of " + facts.namespace(),
              "they are of several versions: " + byTag,
              "end the upgrade that has begun, or go back"));
    }
    return byTag.isEmpty() ? List.of() : ofThisCommand(byTag.firstKey(), VersionCommand.version());
  }

  /** A tag that is no number is a name of one's own, of which nothing is known. */
  static List<Problem> ofThisCommand(String tag, Optional<String> own) {
    return own.isEmpty() || !VERSION.matcher(tag).matches() || tag.equals(own.get())
        ? List.of()
        : List.of(
            new Problem(
                Severity.WARNING,
                "this command",
                "it is of version %s, and the mesh of %s".formatted(own.get(), tag),
                "use the isthmus command of the mesh's version, or: isthmus upgrade"));
  }

  private List<Problem> clocks(Server server) {
    List<Problem> found = new ArrayList<>(clock(server, facts.by()));
    facts
        .own()
        .flatMap(own -> Optional.ofNullable(own.getStatus()))
        .flatMap(status -> Optional.ofNullable(status.enforcement()))
        .map(enforcement -> enforcement.fresh(now))
        .orElse(List.of())
        .stream()
        .mapToLong(TrustEnforcement.Reporter::maxClockSkewMillis)
        .filter(millis -> millis > CLOCK.toMillis())
        .max()
        .ifPresent(millis ->
            found.add(
                new Problem(
                    Severity.FATAL,
                    "proxies of " + facts.cluster(),
                    "a proxy's clock and the control plane's are %d s apart"
                        .formatted(millis / 1000),
                    "set the clocks of the nodes (NTP)")));
    return found;
  }

  static List<Problem> clock(Server server, String object) {
    return server.ahead().abs().compareTo(CLOCK) <= 0
        ? List.of()
        : List.of(
            new Problem(
                Severity.FATAL,
                object,
                "its API server's clock is %d s %s this machine's; certificates are judged by clocks"
                    .formatted(
                        server.ahead().abs().toSeconds(),
                        server.ahead().isNegative() ? "behind" : "ahead of"),
                "set the clocks (NTP), of the nodes and of this machine"));
  }
}

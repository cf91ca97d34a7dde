package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Following;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Removes all of the mesh from one cluster; what is gone already is no error. */
final class Removal {
  private static final Duration FAREWELL = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final String PART_OF = "app.kubernetes.io/part-of";

  private final KubernetesClient client;
  private final Releases releases;
  private final Leftovers leftovers;
  private final PrintWriter out;

  Removal(KubernetesClient client, Releases releases, PrintWriter out) {
    this.client = client;
    this.releases = releases;
    this.leftovers = new Leftovers(client, releases.namespace());
    this.out = out;
  }

  boolean isNothing() {
    return installed().isEmpty() && objects().isEmpty() && leftovers.marked().isEmpty();
  }

  List<String> plan() {
    return Stream.of(
            installed().stream().map("release %s"::formatted),
            objects().stream().map(Removal::name),
            leftovers.marked().stream()
                .map(marked ->
                    "label %s of Namespace %s"
                        .formatted(Labels.INJECTION, marked.getMetadata().getName())))
        .flatMap(lines -> lines)
        .toList();
  }

  /** Kinds and names alone, so that no keys are printed. */
  String yaml() {
    StringBuilder yaml = new StringBuilder();
    installed().forEach(name -> yaml.append("# release ").append(name).append('\n'));
    for (HasMetadata object : objects()) {
      var named = new GenericKubernetesResource();
      named.setApiVersion(object.getApiVersion());
      named.setKind(object.getKind());
      named.setMetadata(
          new ObjectMetaBuilder()
              .withName(object.getMetadata().getName())
              .withNamespace(object.getMetadata().getNamespace())
              .build());
      yaml.append(Serialization.asYaml(named));
    }
    return yaml.toString();
  }

  void refuseWithoutRights() {
    Rights rights = new Rights(releases.context(), client, releases.namespace());
    rights.need(objects(), "delete");
    rights.need(
        Stream.concat(leftovers.links().stream(), leftovers.marked().stream()).toList(), "patch");
  }

  /** What others installed would go on running without what is removed here. */
  void refuseForeign() {
    client
        .apps()
        .deployments()
        .inNamespace(releases.namespace())
        .withLabel(PART_OF, Release.MESH)
        .list()
        .getItems()
        .stream()
        .filter(deployment -> !isOurs(deployment))
        .findFirst()
        .ifPresent(deployment -> {
          throw CommandException.refused(
              "cannot uninstall",
              "the Deployment %s is of no release %s or %s"
                  .formatted(deployment.getMetadata().getName(), Release.MESH, Release.GATEWAY),
              "remove it by what installed it (helm uninstall, or a GitOps tool) first, then run this for what is left");
        });
  }

  private static boolean isOurs(Deployment deployment) {
    return Optional.ofNullable(deployment.getMetadata().getAnnotations())
        .map(annotations -> annotations.get("meta.helm.sh/release-name"))
        .filter(List.of(Release.MESH, Release.GATEWAY)::contains)
        .isPresent();
  }

  /** Links first, while a mirror controller is there to take leave; the namespace last. */
  void run(Duration atMost) {
    leftovers.links().forEach(link -> client.resource(link).delete());
    if (hasMirrorController()) {
      await(FAREWELL, () -> names(leftovers.links()));
    }
    releases.remove(Release.GATEWAY);
    releases.remove(Release.MESH);
    // what still runs would make anew what goes now
    refuseRest(await(atMost, this::pods), atMost);
    leftovers.links().forEach(this::release);
    leftovers
        .marked()
        .forEach(marked ->
            client
                .namespaces()
                .withName(marked.getMetadata().getName())
                .edit(namespace -> {
                  namespace.getMetadata().getLabels().remove(Labels.INJECTION);
                  return namespace;
                }));
    leftovers.objects().forEach(object -> client.resource(object).delete());
    refuseRest(await(atMost, () -> names(leftovers.objects())), atMost);
  }

  Optional<String> withSidecars() {
    long pods = leftovers.withSidecars();
    return pods == 0
        ? Optional.empty()
        : Optional.of(
            "%d Pods have sidecars still, which work until their certificates end: make them anew,"
                    .formatted(pods)
                + " such as by kubectl rollout restart.");
  }

  private boolean hasMirrorController() {
    Deployment deployment =
        client
            .apps()
            .deployments()
            .inNamespace(releases.namespace())
            .withName(ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT)
            .get();
    return deployment != null
        && Objects.requireNonNullElse(deployment.getStatus().getAvailableReplicas(), 0) > 0;
  }

  /** Nobody is left who would remove it. */
  private void release(Link link) {
    client
        .resource(link)
        .edit(held -> {
          held.removeFinalizer(ObjectNames.LINK_FINALIZER);
          return held;
        });
  }

  private List<String> installed() {
    return Stream.of(Release.GATEWAY, Release.MESH).filter(releases::has).toList();
  }

  private List<HasMetadata> objects() {
    return Stream.concat(leftovers.links().stream(), leftovers.objects().stream())
        .map(HasMetadata.class::cast)
        .toList();
  }

  private List<String> pods() {
    return names(
        client
            .pods()
            .inNamespace(releases.namespace())
            .withLabel(PART_OF, Release.MESH)
            .list()
            .getItems());
  }

  /** What is there still when the time is over. */
  private List<String> await(Duration atMost, Supplier<List<String>> there) {
    Set<String> told = new HashSet<>();
    return new Following(Pace.REAL, POLL, atMost)
        .until(
            List::isEmpty,
            there,
            left -> {
              String line = "  waiting for the end of " + String.join(", ", left);
              if (!left.isEmpty() && told.add(line)) {
                out.println(line);
                out.flush();
              }
            });
  }

  private static void refuseRest(List<String> left, Duration atMost) {
    if (!left.isEmpty()) {
      throw CommandException.refused(
          "not all is gone after %d s".formatted(atMost.toSeconds()),
          "there still: " + String.join(", ", left),
          "look at finalizers with: kubectl get <kind> <name> -o yaml; then run this again, which"
              + " is safe");
    }
  }

  private static List<String> names(List<? extends HasMetadata> objects) {
    return objects.stream().map(Removal::name).toList();
  }

  private static String name(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return object.getKind()
        + " "
        + (namespace == null ? "" : namespace + "/")
        + object.getMetadata().getName();
  }
}

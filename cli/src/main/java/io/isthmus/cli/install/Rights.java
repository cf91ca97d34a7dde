package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.CommandException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the context's user may do, asked before anything is half done. */
public record Rights(String context, KubernetesClient client, String namespace) {
  private static final String[] TO_APPLY = {"get", "create", "patch"};

  /** The oldest that the charts take: what they need does not depend on it. */
  private static final String KUBERNETES = "v1.30.0";

  /** Throws, naming each right that is missing, unless all the objects may be written. */
  void need(Collection<? extends HasMetadata> objects, String... verbs) {
    if (Right.EVERYTHING.isHeld(client)) {
      return;
    }
    List<String> missing =
        wanted(objects, namespace, verbs).stream()
            .filter(right -> !right.isHeld(client))
            .map(Right::toString)
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      throw CommandException.refused(
          "the user of context %s may not do what this needs".formatted(context),
          "missing: " + String.join(", ", missing),
          "use a context of a cluster administrator, or have these rights granted");
    }
  }

  void needToApply(Collection<? extends HasMetadata> objects) {
    need(objects, TO_APPLY);
  }

  /**
   * What {@code isthmus install} asks for in a new cluster where no values are given.
   *
   * @param client reads the charts' objects, and asks nothing
   */
  public static List<Right> toInstall(KubernetesClient client) {
    String namespace = ObjectNames.SYSTEM_NAMESPACE;
    Releases releases = new Releases("none", "", KUBERNETES, namespace);
    try (Charts charts = Charts.unpacked()) {
      List<HasMetadata> objects = new ArrayList<>();
      objects.add(SystemNamespace.object());
      for (String chart : List.of(Release.MESH, Release.GATEWAY)) {
        String yaml =
            releases.manifest(
                new Release(chart, charts.of(chart), List.of(), Map.of("cluster", "west")));
        objects.addAll(
            client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items());
      }
      return wanted(objects, namespace, TO_APPLY);
    }
  }

  /** Whether Helm's releases can be read. */
  boolean mayReadReleases() {
    return new Right("list", "", "secrets", namespace).isHeld(client);
  }

  boolean mayReadNamespaces() {
    return new Right("get", "", "namespaces", "").isHeld(client);
  }

  private static List<Right> wanted(
      Collection<? extends HasMetadata> objects, String namespace, String... verbs) {
    return Stream.concat(
            objects.stream()
                .flatMap(object -> Stream.of(verbs).map(verb -> Right.to(verb, object))),
            // Helm keeps its releases in Secrets
            Stream.of("list", "create", "update", "delete")
                .map(verb -> new Right(verb, "", "secrets", namespace)))
        .distinct()
        .toList();
  }
}

package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.isthmus.api.ExportWords;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Layer 1, second part: each export of a peer has its mirror here, and each mirror its export. */
final class MirrorChecks {
  private final ClusterFacts here;
  private final ClusterFacts peer;
  private final Link link;

  private MirrorChecks(ClusterFacts here, ClusterFacts peer, Link link) {
    this.here = here;
    this.peer = peer;
    this.link = link;
  }

  static void look(ClusterFacts here, ClusterFacts peer, Link link, Sheet sheet) {
    MirrorChecks checks = new MirrorChecks(here, peer, link);
    List<Reading<?>> both = List.of(here.mesh().services(), peer.mesh().services());
    sheet.check(Check.EXPORT_WORD, List.of(peer.mesh().services()), checks::misspelt);
    sheet.check(
        Check.MIRROR_NAMESPACE,
        List.of(peer.mesh().services(), here.install().namespaces()),
        checks::namespaces);
    sheet.check(Check.MIRROR_CONFLICT, both, checks::conflicts);
    sheet.check(
        Check.MIRROR_MISSING,
        List.of(here.mesh().services(), peer.mesh().services(), here.install().namespaces()),
        checks::missing);
    sheet.check(Check.MIRROR_PORTS, both, checks::ports);
    sheet.check(Check.MIRROR_STALE, both, checks::stale);
  }

  private record Key(String namespace, String name) {
    static Key of(Service service) {
      return new Key(service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  private static Map<String, String> map(@Nullable Map<String, String> maybe) {
    return maybe == null ? Map.of() : maybe;
  }

  private List<Service> selected() {
    return peer.mesh().services().get().stream()
        .filter(service ->
            link.getSpec().imports().selector().selects(service.getMetadata().getLabels()))
        .filter(service ->
            ExportWords.isFor(here.cluster(), map(service.getMetadata().getAnnotations())))
        .toList();
  }

  private static Optional<String> misread(Service service) {
    return ExportWords.problem(
        map(service.getMetadata().getLabels()), map(service.getMetadata().getAnnotations()));
  }

  /** Those that can have a mirror; of the others the Link's own condition tells. */
  private List<Service> exports() {
    return selected().stream()
        .filter(service -> misread(service).isEmpty())
        .filter(service -> !"ExternalName".equals(service.getSpec().getType()))
        .filter(service -> !"None".equals(service.getSpec().getClusterIP()))
        .filter(service -> !tcp(service).isEmpty())
        .toList();
  }

  private List<Problem> misspelt() {
    List<Problem> found = new ArrayList<>();
    for (Service service : peer.mesh().services().get()) {
      if (map(service.getMetadata().getLabels()).containsKey(Labels.EXPORTED)) {
        misread(service)
            .ifPresent(seen ->
                found.add(
                    new Problem(
                        Severity.WARNING,
                        "Service %s of %s".formatted(Key.of(service), peer.cluster()),
                        seen,
                        "correct it: a word that is not known exports nothing")));
      }
    }
    return found;
  }

  private Set<String> ownNamespaces() {
    return here.install().namespaces().get().stream()
        .map(Namespace::getMetadata)
        .map(metadata -> metadata.getName())
        .collect(Collectors.toSet());
  }

  private List<Problem> namespaces() {
    Set<String> own = ownNamespaces();
    Set<String> missing = new TreeSet<>();
    exports().forEach(service -> missing.add(service.getMetadata().getNamespace()));
    missing.removeAll(own);
    return missing.stream()
        .map(name ->
            new Problem(
                Severity.WARNING,
                "Namespace " + name,
                "%s exports Services of it, and %s does not have it: they are not mirrored"
                    .formatted(peer.cluster(), here.cluster()),
                "kubectl create namespace %s, if they are wanted".formatted(name)))
        .toList();
  }

  private Key mirrorOf(Service export) {
    return new Key(
        export.getMetadata().getNamespace(),
        ObjectNames.mirror(export.getMetadata().getName(), link.getSpec().cluster()));
  }

  private Map<Key, Service> own() {
    return here.mesh().services().get().stream()
        .collect(Collectors.toMap(Key::of, service -> service, (first, second) -> first));
  }

  private boolean isMirror(Service service) {
    Map<String, String> labels = map(service.getMetadata().getLabels());
    return Labels.MIRRORED_TRUE.equals(labels.get(Labels.MIRRORED))
        && link.getSpec().cluster().equals(labels.get(Labels.CLUSTER));
  }

  private List<Problem> conflicts() {
    Map<Key, Service> own = own();
    return exports().stream()
        .map(this::mirrorOf)
        .filter(own::containsKey)
        .filter(key -> !isMirror(Objects.requireNonNull(own.get(key))))
        .map(key ->
            new Problem(
                Severity.FATAL,
                "Service " + key,
                "it has the name of a mirror of %s, and is none: it is left alone"
                    .formatted(peer.cluster()),
                "rename it, or the export"))
        .toList();
  }

  private List<Problem> missing() {
    Map<Key, Service> own = own();
    Set<String> namespaces = ownNamespaces();
    return exports().stream()
        .filter(export -> namespaces.contains(export.getMetadata().getNamespace()))
        .filter(export -> !own.containsKey(mirrorOf(export)))
        .map(export ->
            new Problem(
                Severity.FATAL,
                "Service " + mirrorOf(export),
                "it is not there, and %s exports %s".formatted(peer.cluster(), Key.of(export)),
                "see the condition Synced and the Events of %s".formatted(LinkChecks.name(link))))
        .toList();
  }

  private static Set<String> tcp(Service service) {
    return Objects.requireNonNullElse(service.getSpec().getPorts(), List.<ServicePort>of()).stream()
        .filter(port -> port.getProtocol() == null || port.getProtocol().equals("TCP"))
        .map(port -> String.valueOf(port.getPort()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Problem> ports() {
    Map<Key, Service> own = own();
    List<Problem> found = new ArrayList<>();
    for (Service export : exports()) {
      Service mirror = own.get(mirrorOf(export));
      if (mirror != null && isMirror(mirror) && !tcp(mirror).equals(tcp(export))) {
        found.add(
            new Problem(
                Severity.FATAL,
                "Service " + mirrorOf(export),
                "it has the ports %s, and %s of %s has %s"
                    .formatted(tcp(mirror), Key.of(export), peer.cluster(), tcp(export)),
                "the mirror controller puts that right: see its log, and %s"
                    .formatted(LinkChecks.name(link))));
      }
    }
    return found;
  }

  private List<Problem> stale() {
    Set<Key> wanted = new HashSet<>();
    exports().forEach(export -> wanted.add(mirrorOf(export)));
    return here.mesh().services().get().stream()
        .filter(this::isMirror)
        .map(Key::of)
        .filter(key -> !wanted.contains(key))
        .map(key ->
            new Problem(
                Severity.WARNING,
                "Service " + key,
                "%s exports it no more (or not to %s)".formatted(peer.cluster(), here.cluster()),
                "the mirror controller removes it: see its log, and %s"
                    .formatted(LinkChecks.name(link))))
        .toList();
  }
}

package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.isthmus.api.Annotations;
import io.isthmus.api.ExportWords;
import io.isthmus.api.Labels;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Mirror;
import io.isthmus.control.state.ServiceKey;
import io.isthmus.control.state.TunnelMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Services of the API as those of the mesh. */
final class ServiceReader {
  private ServiceReader() {}

  /** Empty for one that is only a name for something outside. */
  static Optional<MeshService> read(Service service) {
    if ("ExternalName".equals(service.getSpec().getType())) {
      return Optional.empty();
    }
    ServiceKey key =
        new ServiceKey(service.getMetadata().getNamespace(), service.getMetadata().getName());
    return Optional.of(new MeshService(key, addresses(service), ports(service), reach(service)));
  }

  private static List<String> addresses(Service service) {
    List<String> all = Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.of());
    String single = service.getSpec().getClusterIP();
    List<String> found = all.isEmpty() && single != null ? List.of(single) : all;
    return found.stream().filter(ip -> !ip.isEmpty() && !ip.equals("None")).toList();
  }

  private static List<MeshService.Port> ports(Service service) {
    List<ServicePort> all = Objects.requireNonNullElse(service.getSpec().getPorts(), List.of());
    return all.stream()
        .filter(port -> port.getProtocol() == null || port.getProtocol().equals("TCP"))
        .map(port ->
            new MeshService.Port(Objects.requireNonNullElse(port.getName(), ""), port.getPort()))
        .toList();
  }

  private static MeshService.Reach reach(Service service) {
    Map<String, String> labels =
        Objects.requireNonNullElse(service.getMetadata().getLabels(), Map.of());
    Map<String, String> annotations =
        Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.of());
    if (Labels.MIRRORED_TRUE.equals(labels.get(Labels.MIRRORED))) {
      return mirror(labels, annotations);
    }
    String exported = labels.get(Labels.EXPORTED);
    if (exported == null) {
      return new MeshService.Reach.Local();
    }
    Optional<String> problem = ExportWords.problem(labels, annotations);
    if (problem.isPresent()) {
      return new MeshService.Reach.Misread(problem.get());
    }
    return exported.equals(Labels.EXPORTED_TRUE)
        ? new MeshService.Reach.Exported(export(annotations))
        : new MeshService.Reach.Local();
  }

  private static MeshService.Reach mirror(
      Map<String, String> labels, Map<String, String> annotations) {
    String cluster = labels.get(Labels.CLUSTER);
    String host = annotations.get(Annotations.REMOTE_SERVICE);
    if (cluster == null || host == null) {
      return new MeshService.Reach.Broken(
          "a mirror without label %s or annotation %s"
              .formatted(Labels.CLUSTER, Annotations.REMOTE_SERVICE));
    }
    Optional<String> problem = ExportWords.tunnelProblem(annotations);
    if (problem.isPresent()) {
      return new MeshService.Reach.Broken(problem.get());
    }
    Mirror mirror = new Mirror(cluster, host, tunnel(annotations));
    return mirror.remoteNamespace().isPresent()
        ? new MeshService.Reach.Mirrored(mirror)
        : new MeshService.Reach.Broken(
            "%s is '%s': expected <service>.<namespace>.svc.<cluster domain>"
                .formatted(Annotations.REMOTE_SERVICE, host));
  }

  private static Export export(Map<String, String> annotations) {
    Optional<Set<String>> audience =
        Optional.ofNullable(annotations.get(Annotations.EXPORTED_TO))
            .map(text ->
                Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toUnmodifiableSet()));
    return new Export(
        audience,
        tunnel(annotations),
        "true".equals(annotations.get(Annotations.ALLOW_UNMESHED))
            ? Export.Unmeshed.ALLOWED
            : Export.Unmeshed.REFUSED);
  }

  private static TunnelMode tunnel(Map<String, String> annotations) {
    return Annotations.TUNNEL_TERMINATE.equals(annotations.get(Annotations.TUNNEL))
        ? TunnelMode.TERMINATE
        : TunnelMode.END_TO_END;
  }
}

package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.isthmus.api.Annotations;
import io.isthmus.api.link.LinkSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The mirror Service that an export should have, and what an observed one lacks. */
record DesiredService(
    ObjectKey key,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<ServicePort> ports) {

  static DesiredService of(Export export, LinkView link) {
    LinkSpec spec = link.spec();
    ObjectKey exported = export.key();
    Map<String, String> labels =
        CopiedMetadata.labels(
            export.service().getMetadata().getLabels(), spec.imports().excludedLabels());
    Map<String, String> annotations =
        CopiedMetadata.annotations(export.annotations(), spec.imports().excludedAnnotations());
    annotations.put(
        Annotations.REMOTE_SERVICE,
        "%s.%s.svc.%s".formatted(exported.name(), exported.namespace(), spec.clusterDomain()));
    annotations.put(
        Annotations.REMOTE_UID,
        Objects.requireNonNullElse(export.service().getMetadata().getUid(), ""));
    annotations.put(Annotations.GATEWAY_IDENTITY, spec.gatewayIdentity());
    String tunnel = export.annotations().get(Annotations.TUNNEL);
    if (tunnel != null) {
      annotations.put(Annotations.TUNNEL, tunnel);
    }
    return new DesiredService(
        export.mirror(link.cluster()),
        OwnerMark.on(labels, link.cluster()),
        annotations,
        export.ports().stream().map(DesiredService::mirrored).toList());
  }

  private static ServicePort mirrored(ServicePort port) {
    return new ServicePortBuilder()
        .withName(port.getName())
        .withPort(port.getPort())
        .withProtocol("TCP")
        .withAppProtocol(port.getAppProtocol())
        .build();
  }

  Service create() {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name())
        .withLabels(labels)
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withType("ClusterIP")
        .withPorts(ports)
        .endSpec()
        .build();
  }

  /** What of ours differs on an observed mirror; empty if nothing does. */
  Optional<String> difference(Service observed) {
    List<String> differing = new ArrayList<>();
    if (!labels.equals(observed.getMetadata().getLabels())) {
      differing.add("labels");
    }
    if (!annotationsOf(observed).entrySet().containsAll(annotations.entrySet())) {
      differing.add("annotations");
    }
    if (!ports.equals(observed.getSpec().getPorts().stream().map(DesiredService::ours).toList())) {
      differing.add("ports");
    }
    Map<String, String> selector = observed.getSpec().getSelector();
    if (selector != null && !selector.isEmpty()) {
      differing.add("selector");
    }
    String type = observed.getSpec().getType();
    if (type != null && !type.equals("ClusterIP")) {
      differing.add("type");
    }
    return differing.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", differing) + " differ from the export's");
  }

  /** The observed mirror put right: what the API server allotted to it stays. */
  Service update(Service observed) {
    Map<String, String> merged = new HashMap<>(annotationsOf(observed));
    merged.putAll(annotations);
    return new ServiceBuilder(observed)
        .editMetadata()
        .withLabels(labels)
        .withAnnotations(merged)
        .endMetadata()
        .editSpec()
        .withType("ClusterIP")
        .withSelector(null)
        .withPorts(ports)
        .endSpec()
        .build();
  }

  private static Map<String, String> annotationsOf(Service service) {
    Map<String, String> annotations = service.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }

  /** An observed port without what the API server adds. */
  private static ServicePort ours(ServicePort port) {
    return new ServicePortBuilder()
        .withName(port.getName())
        .withPort(port.getPort())
        .withProtocol(Objects.requireNonNullElse(port.getProtocol(), "TCP"))
        .withAppProtocol(port.getAppProtocol())
        .build();
  }
}

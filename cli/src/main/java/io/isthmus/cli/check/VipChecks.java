package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Layer 6: which addresses gateways have, and whether peers use those. */
final class VipChecks {
  private VipChecks() {}

  /** The peer's gateway, as a Link here says where it is. */
  static void between(ClusterFacts here, ClusterFacts peer, Link link, Sheet sheet) {
    LinkSpec.ServiceRef named = link.getSpec().gateway().serviceRef();
    List<Reading<?>> needs = List.of(peer.mesh().services());
    sheet.check(
        Check.VIP_SERVICE,
        needs,
        () ->
            named == null || gateway(peer, named).isPresent()
                ? List.of()
                : List.of(
                    new Problem(
                        Severity.FATAL,
                        "Service %s/%s of %s"
                            .formatted(named.namespace(), named.name(), peer.cluster()),
                        "it is not there, and %s says that the gateway is behind it"
                            .formatted(LinkChecks.name(link)),
                        "install the gateway there, or correct spec.gateway of the Link")));
    sheet.check(
        Check.VIP_PENDING,
        needs,
        () ->
            named == null
                ? List.of()
                : gateway(peer, named)
                    .filter(service -> addresses(service).isEmpty())
                    .map(service -> List.of(pending(service, peer)))
                    .orElse(List.of()));
    sheet.check(
        Check.VIP_STALE,
        List.of(here.mesh().links(), peer.mesh().services()),
        () ->
            named == null
                ? List.of()
                : gateway(peer, named)
                    .map(service -> stale(here, peer, link, addresses(service)))
                    .orElse(List.of()));
  }

  private static Optional<Service> gateway(ClusterFacts facts, LinkSpec.ServiceRef named) {
    return facts.mesh().services().value().orElse(List.of()).stream()
        .filter(service -> named.namespace().equals(service.getMetadata().getNamespace()))
        .filter(service -> named.name().equals(service.getMetadata().getName()))
        .findFirst();
  }

  private static Set<String> addresses(Service service) {
    return GatewayAddress.of(service).stream()
        .map(GatewayAddress::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Problem pending(Service service, ClusterFacts peer) {
    return new Problem(
        Severity.FATAL,
        "Service %s/%s of %s"
            .formatted(
                service.getMetadata().getNamespace(),
                service.getMetadata().getName(),
                peer.cluster()),
        "its type is %s and no IP address is in its status.loadBalancer"
            .formatted(service.getSpec().getType()),
        "see its Events: is there a load-balancer controller (MetalLB), and an address left in its"
            + " pool?");
  }

  private static List<Problem> stale(
      ClusterFacts here, ClusterFacts peer, Link link, Set<String> theirs) {
    Set<String> used =
        LinkChecks.status(link).map(LinkStatus::gateways).orElse(List.of()).stream()
            .map(GatewayStatus::address)
            .collect(Collectors.toCollection(TreeSet::new));
    return used.isEmpty() || theirs.isEmpty() || used.equals(theirs)
        ? List.of()
        : List.of(
            new Problem(
                Severity.FATAL,
                LinkChecks.name(link),
                "%s uses %s, and the gateway of %s has %s"
                    .formatted(here.cluster(), used, peer.cluster(), theirs),
                "the mirror controller follows it within seconds: see Connected of the Link, and"
                    + " its log"));
  }

  /** About all clusters together. */
  static void among(Clusters clusters, Sheet sheet) {
    List<Reading<?>> services = new ArrayList<>();
    clusters.all().forEach(each -> services.add(each.mesh().services()));
    sheet.check(Check.VIP_OVERLAP, services, () -> overlap(clusters));
    List<Reading<?>> pools = new ArrayList<>();
    clusters.all().forEach(each -> pools.add(each.network().pools()));
    sheet.check(Check.VIP_POOLS, pools, () -> pools(clusters));
  }

  private static List<Problem> overlap(Clusters clusters) {
    LinkSpec.ServiceRef standard =
        new LinkSpec.ServiceRef(ObjectNames.SYSTEM_NAMESPACE, ObjectNames.GATEWAY_SERVICE);
    List<Problem> found = new ArrayList<>();
    clusters.pairs((one, other) -> {
      Set<String> both = gateway(one, standard).map(VipChecks::addresses).orElse(Set.of());
      Set<String> shared = new TreeSet<>(both);
      shared.retainAll(gateway(other, standard).map(VipChecks::addresses).orElse(Set.of()));
      if (!shared.isEmpty()) {
        found.add(
            new Problem(
                Severity.FATAL,
                "gateways of %s and %s".formatted(one.cluster(), other.cluster()),
                "both have the address %s".formatted(shared),
                "give each cluster a pool of its own"));
      }
    });
    return found;
  }

  private static List<Problem> pools(Clusters clusters) {
    List<Problem> found = new ArrayList<>();
    clusters.pairs((one, other) -> {
      for (GenericKubernetesResource mine : one.network().pools().get()) {
        for (GenericKubernetesResource theirs : other.network().pools().get()) {
          ranges(mine).stream()
              .filter(range -> ranges(theirs).stream().anyMatch(range::overlaps))
              .findFirst()
              .ifPresent(range ->
                  found.add(
                      new Problem(
                          Severity.WARNING,
                          "IPAddressPools %s of %s and %s of %s"
                              .formatted(
                                  mine.getMetadata().getName(),
                                  one.cluster(),
                                  theirs.getMetadata().getName(),
                                  other.cluster()),
                          "both have addresses of " + range,
                          "give each cluster a range of its own, if they share a network")));
        }
      }
    });
    return found;
  }

  /** The addresses that a gateway's Service has. */
  static List<AddressRange> ranges(Service service) {
    return GatewayAddress.of(service).stream()
        .flatMap(address -> AddressRange.parse(address.ip()).stream())
        .toList();
  }

  static List<AddressRange> ranges(GenericKubernetesResource pool) {
    return pool.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec
            && spec.get("addresses") instanceof List<?> addresses
        ? addresses.stream()
            .flatMap(each -> AddressRange.parse(String.valueOf(each)).stream())
            .toList()
        : List.of();
  }
}

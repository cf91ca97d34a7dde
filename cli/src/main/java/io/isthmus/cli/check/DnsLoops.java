package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names for which the DNS servers of two clusters ask each other, for ever. */
final class DnsLoops {
  private static final int DNS_PORT = 53;

  private DnsLoops() {}

  static void among(Clusters clusters, Sheet sheet) {
    List<Reading<?>> needs = new ArrayList<>();
    clusters.all().forEach(each -> needs.add(each.network().corefile()));
    clusters.all().forEach(each -> needs.add(each.mesh().services()));
    sheet.check(Check.DNS_LOOP, needs, () -> loops(clusters));
  }

  private static List<Problem> loops(Clusters clusters) {
    List<Problem> found = new ArrayList<>();
    clusters.pairs((one, other) -> {
      Corefile here = Corefile.of(one.network().corefile().get());
      Corefile there = Corefile.of(other.network().corefile().get());
      Set<String> asked =
          Stream.concat(here.forwarded(), there.forwarded())
              .filter(zone -> isAsked(here, zone, other) && isAsked(there, zone, one))
              .map(zone -> zone.isEmpty() ? "." : zone)
              .collect(Collectors.toCollection(TreeSet::new));
      if (!asked.isEmpty()) {
        found.add(
            new Problem(
                Severity.FATAL,
                "CoreDNS of %s and %s".formatted(one.cluster(), other.cluster()),
                "each asks the other for names of %s".formatted(asked),
                "let one of them answer: kubectl -n kube-system edit configmap coredns"));
      }
    });
    return found;
  }

  private static boolean isAsked(Corefile corefile, String zone, ClusterFacts whom) {
    Set<String> to = corefile.asksFor(zone);
    return addresses(whom).anyMatch(to::contains);
  }

  /** At which others reach its DNS; a ClusterIP may be anybody's. */
  private static Stream<String> addresses(ClusterFacts facts) {
    return facts.mesh().services().get().stream()
        .filter(DnsLoops::isDns)
        .flatMap(service ->
            Stream.concat(
                listOf(service.getSpec().getExternalIPs()),
                Optional.ofNullable(service.getStatus())
                    .map(status -> status.getLoadBalancer())
                    .map(balancer -> balancer.getIngress())
                    .stream()
                    .flatMap(Collection::stream)
                    .map(ingress -> ingress.getIp())
                    .filter(Objects::nonNull)));
  }

  private static boolean isDns(Service service) {
    return Optional.ofNullable(service.getSpec()).map(ServiceSpec::getPorts).stream()
        .flatMap(Collection::stream)
        .anyMatch(port -> Objects.equals(port.getPort(), DNS_PORT));
  }

  private static Stream<String> listOf(@org.jspecify.annotations.Nullable List<String> list) {
    return list == null ? Stream.of() : list.stream();
  }
}

package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Layer 2: whether names resolve, and are those that Links say. */
final class DnsChecks {
  private DnsChecks() {}

  static void look(ClusterFacts facts, List<Link> links, Sheet sheet) {
    sheet.check(
        Check.DNS_SERVICE,
        List.of(facts.network().dns(), facts.mesh().services()),
        () -> service(facts));
    sheet.check(
        Check.DNS_NAMES,
        List.of(facts.mesh().links()),
        () ->
            LinkChecks.notTrue(
                facts,
                links,
                LinkStatus.NAMES_RESOLVE,
                Check.DNS_NAMES,
                "ask for that name in a Pod; kubectl -n kube-system logs -l k8s-app=kube-dns, and the ConfigMap coredns: which zones go elsewhere"));
  }

  /** Where DNS is another than kube-dns there is nothing to look at. */
  private static List<Problem> service(ClusterFacts facts) {
    boolean isThere =
        facts.mesh().services().get().stream()
            .anyMatch(service ->
                "kube-system".equals(service.getMetadata().getNamespace())
                    && "kube-dns".equals(service.getMetadata().getName()));
    return isThere && WebhookCheck.readyEndpoints(facts.network().dns().get(), "kube-dns") == 0
        ? List.of(
            new Problem(
                Severity.FATAL,
                "Service kube-system/kube-dns",
                "no endpoint of it is ready: no name resolves",
                "kubectl -n kube-system get pods -l k8s-app=kube-dns"))
        : List.of();
  }

  static void link(ClusterFacts peer, Link link, Sheet sheet) {
    sheet.check(
        Check.DNS_DOMAIN,
        List.of(peer.network().corefile()),
        () -> domain(peer.network().corefile().get(), peer, link));
  }

  private static List<Problem> domain(Optional<ConfigMap> corefile, ClusterFacts peer, Link link) {
    String domain = link.getSpec().clusterDomain();
    List<List<String>> served =
        Corefile.of(corefile).blocks().stream()
            .flatMap(block -> block.kubernetes().stream())
            .toList();
    if (served.isEmpty()
        // the root's server block answers for every domain
        || served.stream().anyMatch(zones -> zones.contains("") || zones.contains(domain))) {
      return List.of();
    }
    return List.of(
        new Problem(
            Severity.FATAL,
            LinkChecks.name(link),
            "its spec.clusterDomain is %s, and the DNS of %s serves %s: gateways there do not know what is asked for"
                .formatted(
                    domain,
                    peer.cluster(),
                    served.stream()
                        .map(zones -> String.join(" ", zones))
                        .collect(Collectors.joining(", "))),
            "correct spec.clusterDomain of the Link"));
  }
}

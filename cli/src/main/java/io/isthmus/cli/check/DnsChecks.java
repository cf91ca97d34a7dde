package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.link.Link;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Layer 2: whether names can be asked for at all, and are those that Links say. */
final class DnsChecks {
  private DnsChecks() {}

  static void look(ClusterFacts facts, Sheet sheet) {
    sheet.check(
        Check.DNS_SERVICE,
        List.of(facts.network().dns(), facts.mesh().services()),
        () -> service(facts));
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
    Optional<String> zones =
        corefile
            .map(map -> Objects.requireNonNullElse(map.getData(), Map.<String, String>of()))
            .map(data -> data.get("Corefile"))
            .flatMap(text ->
                Pattern.compile("(?m)^\\s*kubernetes\\s+([^{\\n]*)")
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1).strip())
                    .findFirst());
    return zones
        .filter(named -> !List.of(named.split("\\s+")).contains(domain))
        .map(named ->
            List.of(
                new Problem(
                    Severity.FATAL,
                    LinkChecks.name(link),
                    "its spec.clusterDomain is %s, and the DNS of %s serves %s: gateways there do not know what is asked for"
                        .formatted(domain, peer.cluster(), named),
                    "correct spec.clusterDomain of the Link")))
        .orElse(List.of());
  }
}

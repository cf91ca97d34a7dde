package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Layer 2: whether names resolve, and are those that Links say. */
final class DnsChecks {
  private static final Pattern KUBERNETES = Pattern.compile("(?m)^\\s*kubernetes\\b([^{\\n]*)");

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
        corefile
            .map(map -> Objects.requireNonNullElse(map.getData(), Map.<String, String>of()))
            .map(data -> data.get("Corefile"))
            .map(DnsChecks::zones)
            .orElse(List.of());
    // a plugin without zones serves those of its server block
    if (served.isEmpty()
        || served.stream().anyMatch(zones -> zones.isEmpty() || zones.contains(domain))) {
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

  /** Of each plugin {@code kubernetes}, without the dots of the root. */
  private static List<List<String>> zones(String corefile) {
    return KUBERNETES
        .matcher(corefile)
        .results()
        .map(found ->
            Stream.of(found.group(1).strip().split("\\s+"))
                .filter(zone -> !zone.isEmpty())
                .map(zone -> zone.endsWith(".") ? zone.substring(0, zone.length() - 1) : zone)
                .toList())
        .toList();
  }
}

package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.Condition;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Layers 3 and 4: what the mirror controller's probes met at the addresses of a peer's gateway. A
 * CLI elsewhere sees another path; these went the way of the traffic.
 */
final class PathChecks {
  private static final Set<String> TRUST =
      Set.of("handshake_failed", "not_ready", LinkStatus.Problem.NOT_TRIED);

  private final ClusterFacts here;
  private final Link link;

  private PathChecks(ClusterFacts here, Link link) {
    this.here = here;
    this.link = link;
  }

  static void look(ClusterFacts here, Link link, Sheet sheet) {
    PathChecks checks = new PathChecks(here, link);
    List<Reading<?>> needs = List.of(here.mesh().links());
    sheet.check(
        Check.TCP,
        needs,
        () ->
            checks.dead(
                Set.of("connect_failed"),
                "check that its gateway runs, that the address is its own (vip.*), and firewalls"
                    + " from %s to it, port by port"));
    sheet.check(
        Check.TLS_SILENT,
        needs,
        () ->
            checks.dead(
                Set.of(LinkStatus.Problem.HANDSHAKE_TIMEOUT),
                "something takes the connection and does not answer: a load balancer without a"
                    + " gateway behind it, or a firewall that looks inside; from %s"));
    sheet.check(Check.HBONE, needs, checks::unanswered);
    sheet.check(
        Check.ENDPOINTS, List.of(here.mesh().links(), here.mesh().mirrors()), checks::endpoints);
    sheet.check(Check.BLACK_HOLE, needs, checks::blackHoles);
  }

  /** In the layer of trust: who answers is not believed, or does not believe. */
  static List<Problem> handshakes(ClusterFacts here, Link link) {
    return new PathChecks(here, link)
        .dead(
            TRUST,
            "compare trust.anchor-missing and trust.bundle-behind of both clusters; from %s");
  }

  private List<GatewayStatus> gateways() {
    return LinkChecks.status(link).map(LinkStatus::gateways).orElse(List.of());
  }

  private boolean isAnyAlive() {
    return gateways().stream().anyMatch(each -> Condition.TRUE.equals(each.alive()));
  }

  private static boolean isBlackHole(GatewayStatus gateway) {
    return gateway.path() != null && gateway.path().blackHole() != null;
  }

  private List<Problem> dead(Set<String> reasons, String next) {
    List<Problem> found = new ArrayList<>();
    for (GatewayStatus gateway : gateways()) {
      LinkStatus.Problem problem = gateway.problem();
      if (Condition.FALSE.equals(gateway.alive())
          && problem != null
          && reasons.contains(problem.reason())
          && !isBlackHole(gateway)) {
        found.add(problem(gateway, problem.message(), next.formatted(here.cluster())));
      }
    }
    return found;
  }

  private Problem problem(GatewayStatus gateway, String seen, String next) {
    Problem fatal =
        new Problem(
            Severity.FATAL,
            "gateway %s of %s".formatted(gateway.address(), link.getSpec().cluster()),
            "not reachable since %s: %s".formatted(gateway.since(), seen),
            next);
    return isAnyAlive() ? fatal.asWarning() : fatal;
  }

  /** All other reasons, so that no dead address is without a check that names it. */
  private List<Problem> unanswered() {
    List<Problem> found = new ArrayList<>();
    for (GatewayStatus gateway : gateways()) {
      LinkStatus.Problem problem = gateway.problem();
      String reason = problem == null ? "" : problem.reason();
      boolean isElsewhere =
          reason.equals("connect_failed")
              || reason.equals(LinkStatus.Problem.HANDSHAKE_TIMEOUT)
              || TRUST.contains(reason)
              || isBlackHole(gateway);
      if (Condition.FALSE.equals(gateway.alive()) && !isElsewhere) {
        found.add(
            problem(
                gateway,
                problem == null ? "its probes do not come back" : problem.message(),
                "see the access log of that gateway, and whether %s's Link allows %s (spec.export)"
                    .formatted(link.getSpec().cluster(), here.cluster())));
      }
    }
    return found;
  }

  private List<Problem> endpoints() {
    List<EndpointSlice> mirrors =
        here.mesh().mirrors().get().stream()
            .filter(slice ->
                link.getSpec()
                    .cluster()
                    .equals(slice.getMetadata().getLabels().get(Labels.CLUSTER)))
            .toList();
    if (!isAnyAlive()) {
      return List.of();
    }
    return mirrors.stream()
        .filter(slice ->
            Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of()).stream()
                .noneMatch(endpoint ->
                    endpoint.getConditions() != null
                        && Boolean.TRUE.equals(endpoint.getConditions().getReady())))
        .filter(slice -> holdsAnAliveAddress(slice))
        .map(slice ->
            new Problem(
                Severity.FATAL,
                "EndpointSlice %s/%s"
                    .formatted(slice.getMetadata().getNamespace(), slice.getMetadata().getName()),
                "none of its endpoints is ready, and the gateway answers",
                "the mirror controller puts that right: see its log"))
        .toList();
  }

  /** A slice is of one address family: that of a gateway that is dead has no ready endpoint. */
  private boolean holdsAnAliveAddress(EndpointSlice slice) {
    boolean isV6 = "IPv6".equals(slice.getAddressType());
    return gateways().stream()
        .anyMatch(gateway ->
            Condition.TRUE.equals(gateway.alive()) && gateway.address().startsWith("[") == isV6);
  }

  private List<Problem> blackHoles() {
    List<Problem> found = new ArrayList<>();
    for (GatewayStatus gateway : gateways()) {
      LinkStatus.Path path = gateway.path();
      if (path != null && path.blackHole() != null) {
        found.add(
            new Problem(
                Severity.FATAL,
                "path from %s to gateway %s of %s"
                    .formatted(here.cluster(), gateway.address(), link.getSpec().cluster()),
                "large packets are lost and small ones pass: %s; the largest payload that came back has %d bytes"
                    .formatted(path.blackHole(), path.largestPayload()),
                "let ICMP \"fragmentation needed\" (IPv6: \"packet too big\") through, or lower the"
                    + " MTU or clamp the MSS on the way"));
      }
    }
    return found;
  }
}

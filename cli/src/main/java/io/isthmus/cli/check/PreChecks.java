package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import io.isthmus.cli.install.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Before an installation: what would keep it from working. */
final class PreChecks {
  private static final String POD_SECURITY = "pod-security.kubernetes.io/enforce";
  private static final Set<String> WITHOUT_CAPTURE = Set.of("baseline", "restricted");

  private final PreFacts facts;

  private PreChecks(PreFacts facts) {
    this.facts = facts;
  }

  static void look(PreFacts facts, Sheet sheet) {
    PreChecks checks = new PreChecks(facts);
    sheet.check(
        Check.API,
        List.of(),
        () ->
            facts.server() instanceof Reading.Unread<?>(String why, var _)
                ? List.of(
                    new Problem(
                        Severity.FATAL,
                        facts.by(),
                        why,
                        "check the address and the way to it: kubectl --context <name> version"))
                : List.of());
    if (facts.server().value().isEmpty()) {
      return;
    }
    sheet.check(
        Check.VERSION,
        List.of(facts.server()),
        () -> InstallChecks.version(facts.server().get().version()));
    facts
        .rights()
        .forEach((right, answer) ->
            sheet.check(Check.PRE_RIGHTS, List.of(answer), () -> missing(right, answer)));
    sheet.check(Check.PRE_OTHER, List.of(facts.deployments()), checks::others);
    sheet.check(Check.PRE_CRDS, List.of(facts.crds()), () -> CrdDrift.newer(facts.crds().get()));
    sheet.check(Check.PRE_POD_SECURITY, List.of(facts.namespaces()), checks::podSecurity);
    sheet.check(
        Check.CLOCK,
        List.of(facts.server()),
        () -> InstallChecks.clock(facts.server().get(), facts.by()));
    sheet.check(
        Check.PRE_LOAD_BALANCER,
        List.of(facts.services(), facts.nodes(), facts.pools(), facts.crds()),
        checks::loadBalancer);
    sheet.check(
        Check.PRE_ANNOUNCED, List.of(facts.pools(), facts.announcing()), checks::unannounced);
  }

  private static List<Problem> missing(Right right, Reading<Boolean> answer) {
    return answer.get()
        ? List.of()
        : List.of(
            new Problem(
                Severity.FATAL,
                "right to " + right,
                "this kubeconfig's user does not have it",
                "use a context whose user may administer the cluster, or have it granted"));
  }

  private List<Problem> others() {
    return facts.deployments().get().stream()
        .filter(deployment ->
            ObjectNames.CONTROL_SERVICE_ACCOUNT.equals(
                deployment.getSpec().getTemplate().getSpec().getServiceAccountName()))
        .map(deployment -> deployment.getMetadata())
        .map(metadata ->
            new Problem(
                Severity.FATAL,
                "Deployment %s/%s".formatted(metadata.getNamespace(), metadata.getName()),
                "Isthmus is installed already",
                "isthmus upgrade, or uninstall that one first"))
        .toList();
  }

  /** The processes keep to restricted; capture, in Pods that are injected, cannot. */
  private List<Problem> podSecurity() {
    List<Problem> found = new ArrayList<>();
    for (Namespace namespace : facts.namespaces().get()) {
      Map<String, String> labels =
          Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
      String level = labels.getOrDefault(POD_SECURITY, "");
      if (WebhookCheck.asks(namespace) && WITHOUT_CAPTURE.contains(level)) {
        found.add(
            new Problem(
                Severity.WARNING,
                "Namespace " + namespace.getMetadata().getName(),
                "it asks for sidecars, and enforces Pod Security %s: capture needs NET_ADMIN, and its Pods would be refused"
                    .formatted(level),
                "let it enforce privileged, or take the request from it"));
      }
    }
    return found;
  }

  private List<Problem> loadBalancer() {
    boolean works =
        facts.services().get().stream()
            .filter(service -> "LoadBalancer".equals(service.getSpec().getType()))
            .anyMatch(PreChecks::hasAddress);
    boolean isCloud =
        facts.nodes().get().stream()
            .map(node -> node.getSpec() == null ? null : node.getSpec().getProviderID())
            .anyMatch(id -> id != null && !id.isEmpty());
    if (works || isCloud || !facts.pools().get().isEmpty()) {
      return List.of();
    }
    boolean isMetallb =
        facts.crds().get().stream()
            .anyMatch(crd -> crd.getMetadata().getName().equals(ClusterReader.POOLS_CRD));
    return List.of(
        isMetallb
            ? new Problem(
                Severity.WARNING,
                "MetalLB",
                "it is installed, and has no IPAddressPool: the gateway would get no address",
                "create an IPAddressPool, and an L2Advertisement or BGPAdvertisement of it")
            : new Problem(
                Severity.WARNING,
                "Services of type LoadBalancer",
                "nothing was found that gives them addresses: none has one, there is no MetalLB,"
                    + " and nodes name no provider",
                "install one, or use the gateway's NodePort or hostPort form and"
                    + " spec.gateway.addresses of the peers' Links"));
  }

  /** Where MetalLB's own speakers run; else something other may tell the network. */
  private List<Problem> unannounced() {
    Announcing announcing = facts.announcing().get();
    return facts.pools().get().isEmpty()
            || announcing.speakers().isEmpty()
            || facts.pools().get().stream()
                .anyMatch(pool -> Announcements.isAnnounced(announcing, pool))
        ? List.of()
        : List.of(
            new Problem(
                Severity.WARNING,
                "MetalLB",
                "no L2Advertisement and no BGPAdvertisement is of an IPAddressPool: the gateway"
                    + " would get an address that nothing leads to",
                "create an L2Advertisement or BGPAdvertisement of the pool"));
  }

  private static boolean hasAddress(Service service) {
    return service.getStatus() != null
        && service.getStatus().getLoadBalancer() != null
        && service.getStatus().getLoadBalancer().getIngress() != null
        && !service.getStatus().getLoadBalancer().getIngress().isEmpty();
  }
}

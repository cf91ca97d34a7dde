package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether MetalLB tells the network of the gateway's address: it gives addresses without a word to
 * anybody, and then nothing leads to them.
 */
record Announcements(ClusterFacts facts) {
  private static final String COMPONENT = "component";
  private static final String SPEAKER = "speaker";

  /** Where a DaemonSet's speakers are known by a label: MetalLB's manifests, and its chart. */
  static boolean isSpeaker(DaemonSet set) {
    Map<String, String> labels =
        Objects.requireNonNullElse(set.getMetadata().getLabels(), Map.<String, String>of());
    boolean isMetallb =
        "metallb".equals(labels.get("app"))
            || "metallb".equals(labels.get("app.kubernetes.io/name"));
    return isMetallb
        && (SPEAKER.equals(labels.get(COMPONENT))
            || SPEAKER.equals(labels.get("app.kubernetes.io/" + COMPONENT)));
  }

  void look(Sheet sheet) {
    sheet.check(
        Check.VIP_ANNOUNCED,
        List.of(facts.mesh().services(), facts.network().pools(), facts.network().announcing()),
        this::unannounced);
  }

  private List<Problem> unannounced() {
    List<Problem> found = new ArrayList<>();
    for (Service service : facts.mesh().services().get()) {
      if (ObjectNames.GATEWAY_SERVICE.equals(service.getMetadata().getName())
          && facts.namespace().equals(service.getMetadata().getNamespace())) {
        for (AddressRange address : VipChecks.ranges(service)) {
          // of none: somebody else has given that address
          facts.network().pools().get().stream()
              .filter(pool -> VipChecks.ranges(pool).stream().anyMatch(address::overlaps))
              .findFirst()
              .flatMap(pool -> unannounced(address, pool))
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private Optional<Problem> unannounced(AddressRange address, GenericKubernetesResource pool) {
    String object = "address %s of the gateway of %s".formatted(address, facts.cluster());
    String name = pool.getMetadata().getName();
    Announcing announcing = facts.network().announcing().get();
    if (announcing.speakers().isEmpty()) {
      return Optional.empty(); // something else than MetalLB's speakers tells the network
    }
    if (!isAnnounced(announcing, pool)) {
      return Optional.of(
          new Problem(
              Severity.WARNING,
              object,
              "no L2Advertisement and no BGPAdvertisement is of its IPAddressPool " + name,
              "create one: until then MetalLB does not tell the network where that address is"));
    }
    return announcing.speakers().stream()
        .filter(set -> ready(set) == 0)
        .findFirst()
        .map(set ->
            new Problem(
                Severity.WARNING,
                object,
                "no Pod of MetalLB's DaemonSet %s/%s is ready: nobody answers for IPAddressPool %s"
                    .formatted(set.getMetadata().getNamespace(), set.getMetadata().getName(), name),
                "kubectl -n %s describe daemonset %s"
                    .formatted(set.getMetadata().getNamespace(), set.getMetadata().getName())));
  }

  private static int ready(DaemonSet set) {
    return Optional.ofNullable(set.getStatus()).map(DaemonSetStatus::getNumberReady).orElse(0);
  }

  /** Whether an advertisement is of that pool. */
  static boolean isAnnounced(Announcing announcing, GenericKubernetesResource pool) {
    return announcing.advertisements().stream().anyMatch(each -> isOf(each, pool));
  }

  /** One that names no pool is of all. Of a selector's expressions the best is believed. */
  private static boolean isOf(
      GenericKubernetesResource advertisement, GenericKubernetesResource pool) {
    Map<?, ?> spec =
        advertisement.getAdditionalProperties().get("spec") instanceof Map<?, ?> said
            ? said
            : Map.of();
    List<?> names = spec.get("ipAddressPools") instanceof List<?> said ? said : List.of();
    List<?> selectors =
        spec.get("ipAddressPoolSelectors") instanceof List<?> said ? said : List.of();
    Map<String, String> labels =
        Objects.requireNonNullElse(pool.getMetadata().getLabels(), Map.<String, String>of());
    return (names.isEmpty() && selectors.isEmpty())
        || names.contains(pool.getMetadata().getName())
        || selectors.stream()
            .map(selector ->
                selector instanceof Map<?, ?> said
                        && said.get("matchLabels") instanceof Map<?, ?> all
                    ? all
                    : Map.of())
            .anyMatch(wanted -> labels.entrySet().containsAll(wanted.entrySet()));
  }
}

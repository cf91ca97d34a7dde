package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.link.GatewayAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What to write so that the mirrors of one peer are what its exports say. Actions are in the order
 * in which they are safe: a Service before its slices, slices before the Service they belonged to.
 *
 * @param services how many mirrors there are once the plan is carried out
 * @param endpoints how many gateway endpoints they have
 * @param cut how many exports are left out, beyond {@link PeerLimits}
 */
public record MirrorPlan(
    List<MirrorAction> actions, List<Problem> problems, int services, int endpoints, int cut) {

  /** The peer's state is complete, so what it does not have is gone. */
  public static MirrorPlan of(LinkView link, PeerState peer, LocalState local) {
    Builder plan = new Builder(link, local);
    List<Export> exports =
        peer.services().stream()
            .filter(service -> link.spec().imports().selector().selects(labels(service)))
            .filter(service -> service.getMetadata().getDeletionTimestamp() == null)
            .map(Export::new)
            .filter(export -> export.isFor(link.ownCluster()))
            .sorted(Comparator.comparing(Export::key))
            .toList();
    List<Export> taken = withinLimits(exports);
    taken.forEach(export -> plan.mirror(export, peer.gateways()));
    plan.cut = exports.size() - taken.size();
    plan.removeWhatIsLeft();
    return plan.build();
  }

  private static List<Export> withinLimits(List<Export> exports) {
    List<Export> taken = new ArrayList<>();
    int ports = 0;
    for (Export export : exports) {
      ports += export.ports().size();
      if (taken.size() == PeerLimits.EXPORTS || ports > PeerLimits.PORTS) {
        return taken;
      }
      taken.add(export);
    }
    return taken;
  }

  /** The peer is gone for good: every mirror of it goes, and nothing else. */
  public static MirrorPlan removal(String cluster, LocalState local) {
    Builder plan = new Builder(cluster, local);
    plan.removeWhatIsLeft();
    return plan.build();
  }

  /**
   * The peer cannot be asked: what is mirrored stays, and follows the probes. Addresses without a
   * verdict stay as they are.
   */
  public static MirrorPlan readiness(
      String cluster, Map<GatewayAddress, Verdict> gateways, LocalState local) {
    List<MirrorAction> actions = new ArrayList<>();
    int[] endpoints = {0};
    new TreeMap<>(local.slices())
        .forEach((key, slice) -> {
          if (OwnerMark.isOn(slice, cluster)) {
            endpoints[0] += slice.getEndpoints().size();
            SliceReadiness.following(gateways, slice)
                .map(changed -> new MirrorAction.Update(changed, "probes say so"))
                .ifPresent(actions::add);
          }
        });
    int services =
        (int) local.services().values().stream().filter(s -> OwnerMark.isOn(s, cluster)).count();
    return new MirrorPlan(actions, List.of(), services, endpoints[0], 0);
  }

  /** Nothing is mirrored, and nothing is touched. */
  public static MirrorPlan nothing() {
    return new MirrorPlan(List.of(), List.of(), 0, 0, 0);
  }

  private static Map<String, String> labels(Service service) {
    Map<String, String> labels = service.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  /** Collects one plan. */
  private static final class Builder {
    private final Optional<LinkView> link;
    private final String cluster;
    private final LocalState local;
    private final Set<ObjectKey> wantedServices = new HashSet<>();
    private final Set<ObjectKey> wantedSlices = new HashSet<>();
    private final List<MirrorAction> actions = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private int endpoints;
    private int cut;

    Builder(LinkView link, LocalState local) {
      this.link = Optional.of(link);
      this.cluster = link.cluster();
      this.local = local;
    }

    Builder(String cluster, LocalState local) {
      this.link = Optional.empty();
      this.cluster = cluster;
      this.local = local;
    }

    void mirror(Export export, Map<GatewayAddress, Verdict> gateways) {
      Optional<Problem> problem =
          export
              .unsupported(cluster)
              .or(() -> namespaceMissing(export))
              .or(() -> nameConflict(export));
      if (problem.isPresent()) {
        problems.add(problem.get());
        return;
      }
      DesiredService service = DesiredService.of(export, link.orElseThrow());
      wantedServices.add(service.key());
      Service observed = local.services().get(service.key());
      if (observed == null) {
        actions.add(new MirrorAction.Create(service.create(), "exported by " + cluster));
      } else {
        service
            .difference(observed)
            .map(reason -> new MirrorAction.Update(service.update(observed), reason))
            .ifPresent(actions::add);
      }
      for (DesiredSlice slice : DesiredSlice.of(service, cluster, gateways)) {
        mirror(slice, export);
      }
    }

    private void mirror(DesiredSlice slice, Export export) {
      EndpointSlice observed = local.slices().get(slice.key());
      if (observed != null && !OwnerMark.isOn(observed, cluster)) {
        problems.add(new Problem.NameConflict(export.key(), slice.key()));
        return;
      }
      wantedSlices.add(slice.key());
      endpoints += slice.addresses().size();
      if (observed == null) {
        actions.add(new MirrorAction.Create(slice.create(), "the gateway has these addresses"));
      } else {
        slice
            .difference(observed)
            .map(reason -> new MirrorAction.Update(slice.update(observed), reason))
            .ifPresent(actions::add);
      }
    }

    private Optional<Problem> namespaceMissing(Export export) {
      return local.namespaces().contains(export.key().namespace())
          ? Optional.empty()
          : Optional.of(new Problem.NamespaceMissing(export.key()));
    }

    private Optional<Problem> nameConflict(Export export) {
      ObjectKey mirror = export.mirror(cluster);
      Service taken = local.services().get(mirror);
      return taken == null || OwnerMark.isOn(taken, cluster)
          ? Optional.empty()
          : Optional.of(new Problem.NameConflict(export.key(), mirror));
    }

    void removeWhatIsLeft() {
      remove(local.slices(), wantedSlices);
      remove(local.services(), wantedServices);
    }

    private void remove(Map<ObjectKey, ? extends HasMetadata> observed, Set<ObjectKey> wanted) {
      new TreeMap<>(observed)
          .forEach((key, object) -> {
            if (OwnerMark.isOn(object, cluster) && !wanted.contains(key)) {
              actions.add(new MirrorAction.Delete(object, "no longer exported by " + cluster));
            }
          });
    }

    MirrorPlan build() {
      return new MirrorPlan(
          List.copyOf(actions), List.copyOf(problems), wantedServices.size(), endpoints, cut);
    }
  }
}

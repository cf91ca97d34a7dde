package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.mirror.bundle.BundleFollowing;
import io.isthmus.mirror.plan.MirrorAction;
import io.isthmus.mirror.plan.MirrorPlan;
import java.util.ArrayList;
import java.util.List;

/** The end of a Link: its mirrors and its bundle go first, then the finalizer that kept it. */
record Farewell(Surroundings around, LocalCaches caches, Writes writes) {

  /** Whether all is done; otherwise it is to be called again. */
  boolean say(Link link, BundleFollowing following, NamedObject<ConfigMap> bundle) {
    if (!link.getFinalizers().contains(ObjectNames.LINK_FINALIZER)) {
      return true;
    }
    List<MirrorAction> actions = new ArrayList<>();
    if (!isClusterStillLinked(link)) {
      actions.addAll(MirrorPlan.removal(link.getSpec().cluster(), caches.state()).actions());
    }
    bundle
        .get()
        .filter(following::isOurs)
        .ifPresent(map -> actions.add(new MirrorAction.Delete(map, "its Link is deleted")));
    if (!actions.isEmpty()) {
      writes.apply(actions);
      return false;
    }
    Link released = copy(link);
    released.removeFinalizer(ObjectNames.LINK_FINALIZER);
    around.writer().update(released);
    return true;
  }

  private boolean isClusterStillLinked(Link link) {
    return caches.links().stream()
        .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
        .anyMatch(other -> other.getSpec().cluster().equals(link.getSpec().cluster()));
  }

  static Link withFinalizer(Link link) {
    Link held = copy(link);
    held.addFinalizer(ObjectNames.LINK_FINALIZER);
    return held;
  }

  static Link withStatus(Link link, LinkStatus status) {
    Link changed = copy(link);
    changed.setStatus(status);
    return changed;
  }

  /** What the cache holds is never changed. */
  private static Link copy(Link link) {
    Link copy = new Link();
    copy.setMetadata(new ObjectMetaBuilder(link.getMetadata()).build());
    copy.setSpec(link.getSpec());
    copy.setStatus(link.getStatus());
    return copy;
  }
}

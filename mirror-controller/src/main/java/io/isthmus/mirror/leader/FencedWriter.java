package io.isthmus.mirror.leader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.mirror.plan.MirrorAction;
import io.isthmus.mirror.plan.ObjectKey;

/**
 * The one way to write to this cluster. Each write asks for leadership first, and carries the
 * resourceVersion it was decided on: what a deposed leader still has in hand is refused here or by
 * the API server.
 */
public final class FencedWriter {
  private final KubernetesClient client;
  private final Leadership leadership;

  public FencedWriter(KubernetesClient client, Leadership leadership) {
    this.client = client;
    this.leadership = leadership;
  }

  public void apply(MirrorAction action) {
    switch (action) {
      case MirrorAction.Create(HasMetadata object, var _) -> create(object);
      case MirrorAction.Update(HasMetadata object, var _) -> update(object);
      case MirrorAction.Delete(HasMetadata object, var _) -> delete(object);
    }
  }

  public void create(HasMetadata object) {
    fence("create", object);
    client.resource(object).create();
  }

  public void update(HasMetadata object) {
    fence("update", object);
    client.resource(object).update();
  }

  /** Deletes exactly what was read: another version of it stays. */
  public void delete(HasMetadata object) {
    fence("delete", object);
    client.resource(object).lockResourceVersion(object.getMetadata().getResourceVersion()).delete();
  }

  public void updateStatus(Link link) {
    fence("write the status of", link);
    client.resource(link).updateStatus();
  }

  private void fence(String verb, HasMetadata object) {
    if (!leadership.holds()) {
      throw new DeposedException(verb + " " + object.getKind() + " " + ObjectKey.of(object));
    }
  }
}

package io.isthmus.cli.embedded;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;

/**
 * Puts journalled objects back into the store exactly as they were: UIDs, resource versions and
 * all, so that a client cannot tell a restart from a dropped connection.
 */
final class JournalReplay {
  private final KubernetesCrudDispatcher store;
  private final ServiceDefaults services;

  JournalReplay(KubernetesCrudDispatcher store, ServiceDefaults services) {
    this.store = store;
    this.services = services;
  }

  void run(Map<String, String> objects) {
    long highest = 0;
    for (Map.Entry<String, String> entry : objects.entrySet()) {
      GenericKubernetesResource object =
          Serialization.unmarshal(entry.getValue(), GenericKubernetesResource.class);
      store.processEvent(
          entry.getKey(), store.getKey(entry.getKey()), null, object, entry.getValue());
      highest = Math.max(highest, Long.parseLong(object.getMetadata().getResourceVersion()));
      if (object.getKind().equals("Service")) {
        services.keep(StoredObjects.JSON.readTree(entry.getValue()));
      }
    }
    while (store.requestResourceVersion() < highest) {
      // the store has no other way to move its counter
    }
  }
}

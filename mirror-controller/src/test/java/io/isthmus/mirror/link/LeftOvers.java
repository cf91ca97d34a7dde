package io.isthmus.mirror.link;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;

/** What former tests have left on API servers that tests share. */
final class LeftOvers {
  private LeftOvers() {}

  static void remove(KubernetesClient west, KubernetesClient east) {
    for (Link link : west.resources(Link.class).inAnyNamespace().list().getItems()) {
      link.getMetadata().setFinalizers(null);
      west.resource(link).update();
      west.resource(link).delete();
    }
    west.services().inAnyNamespace().withLabel(Labels.MIRRORED).delete();
    west.discovery().v1().endpointSlices().inAnyNamespace().withLabel(Labels.MIRRORED).delete();
    west.configMaps().inNamespace(TwoClusters.SYSTEM).withLabel(Labels.TRUST_BUNDLE).delete();
    east.services().inAnyNamespace().withLabel(Labels.EXPORTED).delete();
  }
}

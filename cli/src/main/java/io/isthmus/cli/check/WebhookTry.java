package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import java.net.HttpURLConnection;
import java.util.Optional;

/** Whether the API server gets through to the webhook: by a dry run of a Pod that asks for it. */
final class WebhookTry {
  /** A namespace that every cluster has; the API server gives up before this machine does. */
  private static final String PATH = "/api/v1/namespaces/default/pods?dryRun=All&timeout=3s";

  private WebhookTry() {}

  /**
   * What it met, if it did not get through; a Pod may be refused for other things.
   *
   * @throws KubernetesClientException when it cannot be tried
   */
  static Optional<String> refusal(KubernetesClient client) {
    try {
      client.raw(PATH, "POST", asking());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      String message =
          e.getStatus() == null
              ? String.valueOf(e.getMessage())
              : String.valueOf(e.getStatus().getMessage());
      if (message.contains("failed calling webhook")) {
        return Optional.of(message);
      }
      if (e.getCode() == HttpURLConnection.HTTP_GATEWAY_TIMEOUT) {
        return Optional.of("the API server has no answer from a webhook after 3 s");
      }
      if (e.getCode() == 0 || message.contains("cannot create resource")) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Pod asking() {
    return new PodBuilder()
        .withNewMetadata()
        .withName("isthmus-check")
        .addToAnnotations(Annotations.INJECT, Labels.INJECTION_ENABLED)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("none")
        .endContainer()
        .endSpec()
        .build();
  }
}

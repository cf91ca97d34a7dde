package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/**
 * API servers know the webhook's server by the own trust domain's roots: its certificate is the
 * control plane's SVID. So a rotation of roots needs nothing of its own here; both are in the
 * bundle long before the new one is used.
 */
final class WebhookTrust {
  /** Of the bundle that caBundle was last written from. */
  private static final String SEQUENCE = "isthmus.io/trust-sequence";

  private final KubernetesClient client;

  WebhookTrust(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Blocks, where the configuration has other roots; a change in between is a conflict, code 409.
   */
  void follow(MutatingWebhookConfiguration configuration, TrustBundle bundle) {
    if (bundle.anchors().isEmpty() || sequence(configuration) > bundle.sequence()) {
      // an empty caBundle stands for the API server's own roots; a later one is another replica's
      return;
    }
    String roots =
        Base64.getEncoder()
            .encodeToString(Pem.encode(bundle.anchors()).getBytes(StandardCharsets.US_ASCII));
    boolean same =
        configuration.getWebhooks().stream()
            .allMatch(webhook -> roots.equals(webhook.getClientConfig().getCaBundle()));
    if (same) {
      return;
    }
    MutatingWebhookConfigurationBuilder next =
        new MutatingWebhookConfigurationBuilder(configuration)
            .editMetadata()
            .addToAnnotations(SEQUENCE, Long.toString(bundle.sequence()))
            .endMetadata();
    for (int i = 0; i < configuration.getWebhooks().size(); i++) {
      next.editWebhook(i).editClientConfig().withCaBundle(roots).endClientConfig().endWebhook();
    }
    client.resource(next.build()).update();
  }

  private static long sequence(MutatingWebhookConfiguration configuration) {
    Map<String, String> annotations =
        Objects.requireNonNullElse(configuration.getMetadata().getAnnotations(), Map.of());
    String written = annotations.getOrDefault(SEQUENCE, "");
    return written.matches("[0-9]{1,18}") ? Long.parseLong(written) : 0;
  }
}

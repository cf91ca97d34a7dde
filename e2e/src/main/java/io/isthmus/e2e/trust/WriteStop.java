package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.site.Site;
import java.time.Duration;

/**
 * An API server that takes no writes of the mesh any more, as one whose store is full: its own
 * admission refuses them with 413.
 */
final class WriteStop implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String NAME = "store-is-full";

  private final Site site;

  private WriteStop(Site site) {
    this.site = site;
  }

  /**
   * Returns once it refuses.
   *
   * @param resources for example {@code secrets}, or {@code *} for all with their statuses
   */
  static WriteStop on(Site site, String resources) {
    site.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: %1$s}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - {apiGroups: ["", isthmus.io, discovery.k8s.io], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [%2$s]}
          validations:
          - {expression: "false", message: "the store is full", reason: RequestEntityTooLarge}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: %1$s}
        spec: {policyName: %1$s, validationActions: [Deny]}
        """
            .formatted(NAME, resources));
    WriteStop stop = new WriteStop(site);
    Eventually.holds(LIMIT, stop::refuses);
    return stop;
  }

  private String refuses() {
    try {
      site.kubectl(
          "label", "secret", "isthmus-issuer", "-n", "isthmus-system", "--dry-run=server", "a=b");
      return "the API server still takes writes";
    } catch (io.isthmus.cli.process.ProcessFailure refused) {
      String message = String.valueOf(refused.getMessage());
      return message.contains("the store is full") ? "" : message;
    }
  }

  @Override
  public void close() {
    site.kubectl("delete", "validatingadmissionpolicybinding", NAME);
    site.kubectl("delete", "validatingadmissionpolicy", NAME);
  }
}

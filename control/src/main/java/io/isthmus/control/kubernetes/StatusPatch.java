package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes parts of a TrustDomain's status, each part by who knows it, and leaves the others alone: a
 * JSON patch (RFC 6902) of whole members, so that replicas and parts never conflict. Only what has
 * to be there before a member can be, is made on the version that was read.
 */
final class StatusPatch {
  private static final PatchContext JSON = PatchContext.of(PatchType.JSON);
  private static final Logger LOG = LoggerFactory.getLogger(StatusPatch.class);

  private final KubernetesClient client;
  private final Counter failures;

  StatusPatch(KubernetesClient client, MeterRegistry metrics) {
    this.client = client;
    this.failures = metrics.counter("isthmus.status.write.failures");
  }

  /** Changes of one object's status. */
  final class Changes {
    private final TrustDomain known;
    private final List<Map<String, Object>> operations = new ArrayList<>();

    private Changes(TrustDomain known) {
      this.known = known;
      if (known.getStatus() == null) {
        make("/status", Map.of());
      }
    }

    /**
     * @param before what is known to be there; a null {@code value} takes it away
     */
    Changes put(String member, @Nullable Object before, @Nullable Object value) {
      String path = "/status/" + member;
      if (value != null) {
        operation("add", path, value);
      } else if (before != null) {
        remove(path);
      }
      return this;
    }

    /** An entry of {@code enforcement.reporters}. */
    Changes reporter(String replica, Object value) {
      TrustDomainStatus status = known.getStatus();
      if (status == null || status.enforcement() == null) {
        make("/status/enforcement", Map.of("reporters", Map.of()));
      }
      operation("add", reporterPath(replica), value);
      return this;
    }

    /** Takes away one that is known to be there. */
    void withoutReporter(String replica) {
      remove(reporterPath(replica));
    }

    private void remove(String path) {
      operations.add(Map.of("op", "remove", "path", path));
    }

    private void make(String path, Object empty) {
      operation("test", "/metadata/resourceVersion", known.getMetadata().getResourceVersion());
      operation("add", path, empty);
    }

    private void operation(String op, String path, Object value) {
      operations.add(Map.of("op", op, "path", path, "value", value));
    }

    /** Whether it was written. What was not is for the caller to write again. */
    boolean write() {
      String name = known.getMetadata().getName();
      try {
        client
            .resources(TrustDomain.class)
            .withName(name)
            .subresource("status")
            .patch(JSON, client.getKubernetesSerialization().asJson(operations));
        return true;
      } catch (KubernetesClientException e) {
        failures.increment();
        LOG.atDebug()
            .addKeyValue("trust_domain", name)
            .addKeyValue("problem", e.getMessage())
            .log("status not written");
        return false;
      }
    }
  }

  /**
   * @param known the object as it was read
   */
  Changes of(TrustDomain known) {
    return new Changes(known);
  }

  /** Escaped by RFC 6901, section 3. */
  private static String reporterPath(String replica) {
    return "/status/enforcement/reporters/" + replica.replace("~", "~0").replace("/", "~1");
  }
}

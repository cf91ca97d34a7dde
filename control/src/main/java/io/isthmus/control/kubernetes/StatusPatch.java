package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.isthmus.api.trust.TrustDomain;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes parts of a TrustDomain's status, each part by who knows it, and leaves the others alone: a
 * JSON merge patch (RFC 7386) of single members, so that replicas and parts never conflict.
 */
final class StatusPatch {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final Logger LOG = LoggerFactory.getLogger(StatusPatch.class);

  private final KubernetesClient client;
  private final Counter failures;

  StatusPatch(KubernetesClient client, MeterRegistry metrics) {
    this.client = client;
    this.failures = metrics.counter("isthmus.status.write.failures");
  }

  /** Members of one object; a null takes the member away. */
  final class Members {
    private final StringJoiner members = new StringJoiner(",", "{", "}");

    Members put(String name, @Nullable Object value) {
      return putJson(
          name, value == null ? "null" : client.getKubernetesSerialization().asJson(value));
    }

    Members put(String name, Members value) {
      return putJson(name, value.members.toString());
    }

    private Members putJson(String name, String json) {
      members.add(client.getKubernetesSerialization().asJson(name) + ":" + json);
      return this;
    }
  }

  Members members() {
    return new Members();
  }

  /** Whether it was written. What was not is for the caller to write again. */
  boolean write(String trustDomain, Members status) {
    try {
      client
          .resources(TrustDomain.class)
          .withName(trustDomain)
          .subresource("status")
          .patch(MERGE, members().put("status", status).members.toString());
      return true;
    } catch (KubernetesClientException e) {
      failures.increment();
      LOG.atDebug()
          .addKeyValue("trust_domain", trustDomain)
          .addKeyValue("problem", e.getMessage())
          .log("status not written");
      return false;
    }
  }
}

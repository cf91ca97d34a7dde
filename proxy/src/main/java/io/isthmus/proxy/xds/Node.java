package io.isthmus.proxy.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Locale;

/** Who asks. The control plane believes none of it that the credentials do not bear out. */
public record Node(Role role, String cluster, Workload workload, ExplicitNames explicitNames) {

  public enum Role {
    SIDECAR,
    GATEWAY
  }

  /** The names for explicit proxying are a table that only those get who need it. */
  public enum ExplicitNames {
    ASKED,
    NOT_ASKED
  }

  /** The pod of this process. */
  public record Workload(String namespace, String serviceAccount, String pod, String podIp) {}

  String namespace() {
    return workload.namespace();
  }

  String pod() {
    return workload.pod();
  }

  io.envoyproxy.envoy.config.core.v3.Node message() {
    String roleName = role.name().toLowerCase(Locale.ROOT);
    Struct.Builder metadata =
        Struct.newBuilder()
            .putFields("ROLE", text(roleName))
            .putFields("NAMESPACE", text(workload.namespace()))
            .putFields("SERVICE_ACCOUNT", text(workload.serviceAccount()))
            .putFields("POD", text(workload.pod()))
            .putFields("POD_IP", text(workload.podIp()))
            .putFields(
                "EXPLICIT",
                Value.newBuilder().setBoolValue(explicitNames == ExplicitNames.ASKED).build());
    return io.envoyproxy.envoy.config.core.v3.Node.newBuilder()
        .setId(
            "%s~%s~%s.%s"
                .formatted(roleName, workload.podIp(), workload.pod(), workload.namespace()))
        .setCluster(cluster)
        .setMetadata(metadata)
        .setUserAgentName("isthmus-proxy")
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}

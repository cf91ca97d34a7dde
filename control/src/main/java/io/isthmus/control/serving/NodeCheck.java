package io.isthmus.control.serving;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.ServiceKey;
import java.util.Optional;

/** Whether what a proxy says of itself is what its proved identity, and the API, say of it. */
final class NodeCheck {
  private final ClusterState state;
  private final SpiffeId caller;

  NodeCheck(ClusterState state, SpiffeId caller) {
    this.state = state;
    this.caller = caller;
  }

  ProxyNode check(Node node) throws StatusException {
    Struct metadata = node.getMetadata();
    agree("node.cluster", node.getCluster(), state.mesh().cluster());
    SpiffeId.Workload workload =
        caller.workload().orElseThrow(() -> denied("the caller " + caller + " is no workload"));
    agree("NAMESPACE", text(metadata, "NAMESPACE"), workload.namespace());
    agree("SERVICE_ACCOUNT", text(metadata, "SERVICE_ACCOUNT"), workload.serviceAccount());
    String pod = text(metadata, "POD");
    String ip = text(metadata, "POD_IP");
    String role = text(metadata, "ROLE");
    checkPod(new ServiceKey(workload.namespace(), pod), ip, workload);
    return switch (role) {
      case "sidecar" -> new ProxyNode.Sidecar(caller, workload.namespace(), pod, ip);
      case "gateway" -> gateway(pod, ip);
      default -> throw denied("ROLE is '" + role + "': expected sidecar or gateway");
    };
  }

  private ProxyNode gateway(String pod, String ip) throws StatusException {
    SpiffeId expected =
        state.mesh().id(state.mesh().systemNamespace(), ObjectNames.GATEWAY_SERVICE_ACCOUNT);
    if (!caller.equals(expected)) {
      throw denied("ROLE is gateway, the caller is %s: expected %s".formatted(caller, expected));
    }
    return new ProxyNode.Gateway(caller, pod, ip);
  }

  /** The Pod may not be known here yet; what is known must not contradict. */
  private void checkPod(ServiceKey name, String ip, SpiffeId.Workload workload)
      throws StatusException {
    Optional<MeshPod> known = state.pods().find(name);
    if (known.isPresent()) {
      agree(
          "service account of Pod " + name,
          workload.serviceAccount(),
          known.get().serviceAccount());
      if (!known.get().ips().isEmpty() && !known.get().ips().contains(ip)) {
        throw denied("POD_IP is %s, Pod %s has %s".formatted(ip, name, known.get().ips()));
      }
    }
    Optional<MeshPod> other = state.pods().at(ip).filter(pod -> !pod.key().equals(name));
    if (other.isPresent()) {
      throw denied("POD_IP %s is of Pod %s, not of %s".formatted(ip, other.get().key(), name));
    }
  }

  private void agree(String what, String said, String known) throws StatusException {
    if (!said.equals(known)) {
      throw denied("%s is '%s', expected '%s' for %s".formatted(what, said, known, caller));
    }
  }

  private static StatusException denied(String message) {
    return Status.PERMISSION_DENIED.withDescription(message).asException();
  }

  private static String text(Struct metadata, String key) throws StatusException {
    String text = metadata.getFieldsOrDefault(key, Value.getDefaultInstance()).getStringValue();
    if (text.length() > StreamLimits.NODE_TEXT_LENGTH) {
      throw denied(
          "%s has %d characters, expected at most %d"
              .formatted(key, text.length(), StreamLimits.NODE_TEXT_LENGTH));
    }
    return text;
  }
}

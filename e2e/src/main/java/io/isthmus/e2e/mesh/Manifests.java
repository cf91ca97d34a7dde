package io.isthmus.e2e.mesh;

import java.time.Duration;

/** What is applied to each cluster. */
public final class Manifests {
  static final String OPERATOR_ISSUER = "isthmus-operator-issuer";

  private Manifests() {}

  static String system() {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: isthmus-system}
    ---
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: node-1}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: isthmus-control, namespace: isthmus-system}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: isthmus-gateway, namespace: isthmus-system}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: isthmus-mirror-controller, namespace: isthmus-system}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: isthmus-gateway, namespace: isthmus-system}
    spec:
      type: LoadBalancer
      allocateLoadBalancerNodePorts: false
      selector: {app: isthmus-gateway}
      ports: [{name: hbone, port: 15008, targetPort: 15008}]
    """;
  }

  /** The own one, before the control plane makes it, with short-lived leaves. */
  static String trustDomain(String cluster, String trustDomain, Duration leafLifetime) {
    return """
    apiVersion: isthmus.io/v1alpha1
    kind: TrustDomain
    metadata: {name: %s}
    spec:
      trustDomain: %s
      authority: {managed: {leafLifetime: %ds}}
    """
        .formatted(cluster, trustDomain, leafLifetime.toSeconds());
  }

  /** As {@code trustDomain}, with issuers that an operator signs elsewhere. */
  static String operatorTrustDomain(String cluster, String trustDomain, Duration leafLifetime) {
    return """
    apiVersion: isthmus.io/v1alpha1
    kind: TrustDomain
    metadata: {name: %s}
    spec:
      trustDomain: %s
      authority: {operator: {issuerSecretRef: {name: %s}, leafLifetime: %ds}}
    """
        .formatted(cluster, trustDomain, OPERATOR_ISSUER, leafLifetime.toSeconds());
  }

  public static String loadBalancerStatus(String ip) {
    return "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"%s\"}]}}}".formatted(ip);
  }

  /**
   * The workload: a Pod with an app and a sidecar, a Service that may be exported and one that is
   * not.
   */
  static String workload(String name) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %1$s, namespace: shop}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s-1, namespace: shop, labels: {app: %1$s}}
    spec:
      nodeName: node-1
      serviceAccountName: %1$s
      containers:
      - {name: app, image: registry.local/app:1}
      - {name: isthmus-proxy, image: registry.local/isthmus-proxy:1}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s, namespace: shop}
    spec:
      selector: {app: %1$s}
      ports: [{name: http, port: 80, targetPort: 8080}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: internal, namespace: shop}
    spec:
      selector: {app: %1$s}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """
        .formatted(name);
  }

  /** A Pod whose proxy is Envoy, and its Service. */
  public static String behindEnvoy() {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: envoy, namespace: shop}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: envoy-1, namespace: shop, labels: {app: envoy}}
    spec:
      nodeName: node-1
      serviceAccountName: envoy
      containers:
      - {name: app, image: registry.local/app:1}
      - {name: isthmus-proxy, image: registry.local/envoy:1}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: envoy, namespace: shop}
    spec:
      selector: {app: envoy}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """;
  }

  public static String readyStatus(String ip) {
    return """
    {"status":{"phase":"Running","podIP":"%1$s","podIPs":[{"ip":"%1$s"}],
     "conditions":[{"type":"Ready","status":"True"},{"type":"ContainersReady","status":"True"},
                   {"type":"Initialized","status":"True"},{"type":"PodScheduled","status":"True"}]}}
    """
        .formatted(ip);
  }
}

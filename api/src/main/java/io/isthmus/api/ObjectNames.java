package io.isthmus.api;

/** Names of the objects, accounts and keys that several processes use. */
public final class ObjectNames {
  public static final String GROUP = "isthmus.io";
  public static final String VERSION = "v1alpha1";

  /** The namespace of Isthmus' own processes. */
  public static final String SYSTEM_NAMESPACE = "isthmus-system";

  public static final String CONTROL_SERVICE_ACCOUNT = "isthmus-control";
  public static final String GATEWAY_SERVICE_ACCOUNT = "isthmus-gateway";
  public static final String MIRROR_CONTROLLER_SERVICE_ACCOUNT = "isthmus-mirror-controller";

  /** The account of the peer's mirror controller: what a Link's credentials stand for. */
  public static final String LINK_READER = "isthmus-link-reader";

  public static final String GATEWAY_SERVICE = "isthmus-gateway";
  public static final int GATEWAY_PORT = 15008;
  public static final String GATEWAY_PORT_NAME = "hbone";

  /** What a probe asks a gateway to connect to. */
  public static final String PROBE_AUTHORITY = "probe.gateway.isthmus.io:15008";

  /** Secrets, of type kubernetes.io/tls. */
  public static final String ROOT_SECRET = "isthmus-root";

  public static final String ISSUER_SECRET = "isthmus-issuer";

  /** What an operator offers to issue with, where the TrustDomain names no other Secret. */
  public static final String OPERATOR_ISSUER_SECRET = "isthmus-operator-issuer";

  /** Keys of the Secrets of authorities. */
  public static final String TLS_CERTIFICATES_KEY = "tls.crt";

  public static final String TLS_PRIVATE_KEY = "tls.key";

  /** Roots that the certificates lead to. */
  public static final String TLS_ANCHORS_KEY = "ca.crt";

  /** The key of a Link's credentials Secret. */
  public static final String KUBECONFIG_KEY = "kubeconfig";

  /** The ConfigMap with the own trust domain's bundle. */
  public static final String TRUST_BUNDLE = "isthmus-trust-bundle";

  /** Keys of a bundle ConfigMap. */
  public static final String BUNDLE_TRUST_DOMAIN_KEY = "trust-domain";

  public static final String BUNDLE_JWKS_KEY = "bundle.json";

  public static final String MIRROR_CONTROLLER_LEASE = "isthmus-mirror-controller";

  /** The container that makes a Pod a meshed one. */
  public static final String PROXY_CONTAINER = "isthmus-proxy";

  /** The init container that makes a Pod's TCP pass its sidecar. */
  public static final String CAPTURE_CONTAINER = "isthmus-capture";

  /** The MutatingWebhookConfiguration by which Pods get their sidecars. */
  public static final String INJECTION_WEBHOOK = "isthmus-injection";

  public static final String CONTROL_SERVICE = "isthmus-control";

  /** The audience of tokens that are exchanged for an SVID. */
  public static final String TOKEN_AUDIENCE = "isthmus";

  private ObjectNames() {}

  /** The ConfigMap with the bundle of a Link's peer. */
  public static String peerTrustBundle(String link) {
    return TRUST_BUNDLE + "-" + link;
  }

  /** The ConfigMap with the bundle that was fetched for a TrustDomain with an endpoint. */
  public static String federatedBundle(String trustDomainObject) {
    return "isthmus-federated-bundle-" + trustDomainObject;
  }

  /** {@code hello-east} for the export {@code hello} of the cluster {@code east}. */
  public static String mirror(String service, String cluster) {
    return service + "-" + cluster;
  }

  /** The finalizer that keeps a Link until its mirrors are gone. */
  public static final String LINK_FINALIZER = "isthmus.io/mirrors";
}

package io.isthmus.api;

/** Keys and values of annotations. */
public final class Annotations {
  /** On an exported Service: the clusters it is for, comma-separated; absent means all linked. */
  public static final String EXPORTED_TO = "mirror.isthmus.io/exported-to";

  /** On an exported Service: {@link #TUNNEL_END_TO_END} (default) or {@link #TUNNEL_TERMINATE}. */
  public static final String TUNNEL = "mirror.isthmus.io/tunnel";

  public static final String TUNNEL_END_TO_END = "end-to-end";
  public static final String TUNNEL_TERMINATE = "terminate";

  /** On an exported Service, with {@code true}: endpoints without a proxy may be reached. */
  public static final String ALLOW_UNMESHED = "mirror.isthmus.io/allow-unmeshed";

  /** On a mirror: the authority's host at the peer, {@code hello.shop.svc.cluster.local}. */
  public static final String REMOTE_SERVICE = "mirror.isthmus.io/remote-service";

  /** On a mirror: the uid of the exported Service. */
  public static final String REMOTE_UID = "mirror.isthmus.io/remote-uid";

  /** On a mirror: the SPIFFE ID of the peer's gateway, for people to read. */
  public static final String GATEWAY_IDENTITY = "mirror.isthmus.io/gateway-identity";

  /** Before the name of what a Pod may ask of its sidecar. */
  public static final String PREFIX = "isthmus.io/";

  /** On a namespace or a Pod, or as a label on a namespace: {@code enabled} or {@code disabled}. */
  public static final String INJECT = PREFIX + "inject";

  /** On a Pod: ports, comma-separated, that are not captured. */
  public static final String SKIP_INBOUND_PORTS = PREFIX + "skip-inbound-ports";

  public static final String SKIP_OUTBOUND_PORTS = PREFIX + "skip-outbound-ports";

  /** On a Pod: CIDRs, comma-separated, to which connections are not captured. */
  public static final String SKIP_OUTBOUND_CIDRS = PREFIX + "skip-outbound-cidrs";

  /** On a Pod: ports, comma-separated, whose bytes nobody looks into. */
  public static final String OPAQUE_PORTS = PREFIX + "opaque-ports";

  /** On a Pod: what its sidecar asks of the node, and may use, as Kubernetes writes quantities. */
  public static final String PROXY_CPU_REQUEST = PREFIX + "proxy-cpu-request";

  public static final String PROXY_CPU_LIMIT = PREFIX + "proxy-cpu-limit";
  public static final String PROXY_MEMORY_REQUEST = PREFIX + "proxy-memory-request";
  public static final String PROXY_MEMORY_LIMIT = PREFIX + "proxy-memory-limit";

  /** On a Pod: as the setting {@code log-level} of its sidecar. */
  public static final String LOG_LEVEL = PREFIX + "log-level";

  /** On a Pod: how long open connections may go on after SIGTERM, in seconds. */
  public static final String DRAIN_SECONDS = PREFIX + "drain-seconds";

  /**
   * On a Pod: {@code true} for a sidecar among the init containers, which Kubernetes 1.29 and later
   * keep running; {@code false} for one among the containers.
   */
  public static final String NATIVE_SIDECAR = PREFIX + "native-sidecar";

  private Annotations() {}
}

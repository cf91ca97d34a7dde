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

  private Annotations() {}
}

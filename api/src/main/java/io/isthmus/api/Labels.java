package io.isthmus.api;

/** Keys and values of labels. */
public final class Labels {
  /** On a Service: {@link #EXPORTED_TRUE} or {@link #EXPORTED_REMOTE_DISCOVERY}. */
  public static final String EXPORTED = "mirror.isthmus.io/exported";

  public static final String EXPORTED_TRUE = "true";
  public static final String EXPORTED_REMOTE_DISCOVERY = "remote-discovery";

  /** On every mirrored object, with {@link #MIRRORED_TRUE}: part of the owner mark. */
  public static final String MIRRORED = "mirror.isthmus.io/mirrored";

  public static final String MIRRORED_TRUE = "true";

  /** On every mirrored object: the name of the cluster it comes from. */
  public static final String CLUSTER = "mirror.isthmus.io/cluster";

  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String MANAGED_BY_MIRROR_CONTROLLER = "isthmus-mirror-controller";

  public static final String MANAGED_BY_CONTROL = "isthmus-control";

  /**
   * On a ConfigMap with a bundle: {@link #TRUST_BUNDLE_OWN}, {@link #TRUST_BUNDLE_PEER} or {@link
   * #TRUST_BUNDLE_FEDERATED}, {@link #TRUST_BUNDLE_COPY}.
   */
  public static final String TRUST_BUNDLE = "isthmus.io/trust-bundle";

  public static final String TRUST_BUNDLE_OWN = "own";
  public static final String TRUST_BUNDLE_PEER = "peer";
  public static final String TRUST_BUNDLE_FEDERATED = "federated";

  /** The own bundle again, in a namespace whose Pods have sidecars. */
  public static final String TRUST_BUNDLE_COPY = "copy";

  /**
   * On a namespace, written by the control plane alone: {@link #INJECTION_ENABLED} where its
   * annotation {@code isthmus.io/inject} says so. The webhook's selector matches it.
   */
  public static final String INJECTION = "isthmus.io/injection";

  public static final String INJECTION_ENABLED = "enabled";

  /** On a Pod that was given a sidecar: of which version, as its image's name tells. */
  public static final String SIDECAR_VERSION = "isthmus.io/sidecar-version";

  /** Kubernetes' own: the Service that an EndpointSlice belongs to. */
  public static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** Kubernetes' own: who writes an EndpointSlice. */
  public static final String SLICE_MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

  private Labels() {}
}

package io.isthmus.cli.check;

/** All checks. Their ids are for programs and people to depend on; docs/checks.md has each. */
enum Check {
  API("install.api", Layer.INSTALL, Severity.FATAL),
  VERSION("install.kubernetes", Layer.INSTALL, Severity.FATAL),
  CRDS("install.crds", Layer.INSTALL, Severity.FATAL),
  CRD_FIELDS("install.crd-fields", Layer.INSTALL, Severity.WARNING),
  CONTROL("install.control", Layer.INSTALL, Severity.FATAL),
  MIRROR_CONTROLLER("install.mirror-controller", Layer.INSTALL, Severity.FATAL),
  GATEWAY("install.gateway", Layer.INSTALL, Severity.FATAL),
  REPLICAS("install.replicas", Layer.INSTALL, Severity.WARNING),
  WEBHOOK("install.webhook", Layer.INSTALL, Severity.FATAL),
  SKEW("install.versions", Layer.INSTALL, Severity.WARNING),
  SIDECARS("install.sidecars", Layer.INSTALL, Severity.WARNING),
  IMAGE("install.image", Layer.INSTALL, Severity.FATAL),
  CLOCK("install.clock", Layer.INSTALL, Severity.FATAL),

  LINK_STATUS("link.status", Layer.EXPORT, Severity.FATAL),
  LINK_CREDENTIALS("link.credentials", Layer.EXPORT, Severity.FATAL),
  LINK_CONNECTED("link.connected", Layer.EXPORT, Severity.FATAL),
  LINK_SYNCED("link.synced", Layer.EXPORT, Severity.FATAL),
  LINK_LIMITS("link.limits", Layer.EXPORT, Severity.WARNING),
  LINK_BACK("link.one-sided", Layer.EXPORT, Severity.WARNING),
  EXPORT_WORD("export.word", Layer.EXPORT, Severity.WARNING),
  MIRROR_MISSING("mirror.missing", Layer.EXPORT, Severity.FATAL),
  MIRROR_NAMESPACE("mirror.namespace", Layer.EXPORT, Severity.WARNING),
  MIRROR_CONFLICT("mirror.conflict", Layer.EXPORT, Severity.FATAL),
  MIRROR_PORTS("mirror.ports", Layer.EXPORT, Severity.FATAL),
  MIRROR_STALE("mirror.stale", Layer.EXPORT, Severity.WARNING),

  DNS_SERVICE("dns.service", Layer.DNS, Severity.FATAL),
  DNS_NAMES("dns.names", Layer.DNS, Severity.FATAL),
  DNS_DOMAIN("dns.domain", Layer.DNS, Severity.FATAL),
  DNS_LOOP("dns.loop", Layer.DNS, Severity.FATAL),

  TCP("datapath.tcp", Layer.DATAPATH, Severity.FATAL),
  TLS_SILENT("datapath.tls", Layer.DATAPATH, Severity.FATAL),
  HBONE("datapath.hbone", Layer.DATAPATH, Severity.FATAL),
  ENDPOINTS("datapath.endpoints", Layer.DATAPATH, Severity.FATAL),
  NODES("datapath.nodes", Layer.DATAPATH, Severity.FATAL),

  BLACK_HOLE("mtu.blackhole", Layer.MTU, Severity.FATAL),
  NODE_MTU("mtu.nodes", Layer.MTU, Severity.FATAL),

  TRUST_READY("trust.ready", Layer.TRUST, Severity.FATAL),
  TRUST_EXPIRED("trust.expired", Layer.TRUST, Severity.FATAL),
  TRUST_EXPIRING("trust.expiring", Layer.TRUST, Severity.WARNING),
  ANCHOR_MISSING("trust.anchor-missing", Layer.TRUST, Severity.FATAL),
  TRUST_BEHIND("trust.bundle-behind", Layer.TRUST, Severity.WARNING),
  TRUST_LINK("trust.link", Layer.TRUST, Severity.FATAL),
  HANDSHAKE("trust.handshake", Layer.TRUST, Severity.FATAL),
  TRUST_REFUSED("trust.refused", Layer.TRUST, Severity.FATAL),
  NOT_ENFORCED("trust.not-enforced", Layer.TRUST, Severity.WARNING),
  ROTATION_HELD("trust.rotation-held", Layer.TRUST, Severity.WARNING),

  VIP_SERVICE("vip.service", Layer.VIP, Severity.FATAL),
  VIP_PENDING("vip.pending", Layer.VIP, Severity.FATAL),
  VIP_STALE("vip.stale", Layer.VIP, Severity.FATAL),
  VIP_OVERLAP("vip.overlap", Layer.VIP, Severity.FATAL),
  VIP_POOLS("vip.pools", Layer.VIP, Severity.WARNING),
  VIP_ANNOUNCED("vip.announced", Layer.VIP, Severity.WARNING),

  PRE_RIGHTS("pre.rights", Layer.INSTALL, Severity.FATAL),
  PRE_OTHER("pre.other-installation", Layer.INSTALL, Severity.FATAL),
  PRE_CRDS("pre.crds-newer", Layer.INSTALL, Severity.FATAL),
  PRE_POD_SECURITY("pre.pod-security", Layer.INSTALL, Severity.WARNING),
  PRE_LOAD_BALANCER("pre.load-balancer", Layer.VIP, Severity.WARNING),
  PRE_ANNOUNCED("pre.announced", Layer.VIP, Severity.WARNING),

  POD_FOUND("pod.found", Layer.INSTALL, Severity.FATAL),
  POD_HOST_NETWORK("pod.host-network", Layer.INSTALL, Severity.FATAL),
  POD_INJECTED("pod.injected", Layer.INSTALL, Severity.FATAL),
  POD_PORT("pod.port-15008", Layer.INSTALL, Severity.FATAL),
  POD_TOKEN("pod.token", Layer.INSTALL, Severity.FATAL),
  POD_BUNDLE("pod.bundle", Layer.INSTALL, Severity.FATAL),
  POD_SIDECAR("pod.sidecar", Layer.INSTALL, Severity.FATAL),
  POD_SIDECAR_VERSION("pod.sidecar-version", Layer.INSTALL, Severity.WARNING),
  POD_SKIPS("pod.skips", Layer.DATAPATH, Severity.WARNING),
  POD_REPORTS("pod.reports", Layer.TRUST, Severity.WARNING),
  POD_REFUSED("pod.refused-trust", Layer.TRUST, Severity.FATAL);

  private final String id;
  private final Layer layer;
  private final Severity severity;

  Check(String id, Layer layer, Severity severity) {
    this.id = id;
    this.layer = layer;
    this.severity = severity;
  }

  String id() {
    return id;
  }

  Layer layer() {
    return layer;
  }

  Severity severity() {
    return severity;
  }
}

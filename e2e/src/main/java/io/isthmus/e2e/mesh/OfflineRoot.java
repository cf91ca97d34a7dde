package io.isthmus.e2e.mesh;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.time.Duration;
import java.time.InstantSource;

/** A root whose key no cluster has. It signs an issuer for each that is of its trust domain. */
public final class OfflineRoot {
  private static final Duration ROOT_LIFE = Duration.ofDays(30);
  private static final Duration ISSUER_LIFE = Duration.ofDays(10);

  private final RootAuthority root;

  private OfflineRoot(RootAuthority root) {
    this.root = root;
  }

  public static OfflineRoot create(String trustDomain) {
    return new OfflineRoot(
        RootAuthority.create(TrustDomain.of(trustDomain), ROOT_LIFE, InstantSource.system()));
  }

  public String trustDomain() {
    return root.trustDomain().name();
  }

  /** As a TrustDomain's status names it. */
  public String sha256() {
    return Fingerprint.of(root.certificate());
  }

  /** The Secret that offers a new issuer under this root. */
  public String offer() {
    Issuer issuer = Issuer.create(root, ISSUER_LIFE, InstantSource.system());
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %s, namespace: isthmus-system}
    stringData:
      tls.crt: |
    %s
      tls.key: |
    %s
      ca.crt: |
    %s
    """
        .formatted(
            Manifests.OPERATOR_ISSUER,
            issuer.chainPem().indent(4),
            issuer.privateKeyPem().indent(4),
            root.certificatePem().indent(4));
  }
}
